// The OpenAPI document: what is committed is what the service is, and a linter of others finds nothing in it.
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../docs/openapi/document.ts';
import { routes } from '../../functions/routes.ts';
import { allOperations, documentFile } from './published-document.ts';

const committed = JSON.parse(readFileSync(documentFile, 'utf8'));

async function problemsIn(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);
}

describe('the committed document', () => {
  test('is what the schemas and routes say now (else: node docs/openapi/generate.ts)', () => {
    expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('has neither errors nor warnings under the linter', async () => {
    expect(await problemsIn(committed)).toEqual([]);
  });

  test('has one operation for each route, named as everywhere else', () => {
    expect(
      allOperations()
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(Object.keys(routes).sort());
  });

  test('never lets a field of an answer be null', () => {
    expect(JSON.stringify(committed.components.schemas)).not.toMatch(/"null"|nullable/);
  });

  test('lets answers grow: no schema of an answer forbids further fields', () => {
    const { StartChatSessionRequest, ...answers } = committed.components.schemas;
    expect(StartChatSessionRequest.additionalProperties).toBe(false);
    expect(JSON.stringify(answers)).not.toContain('additionalProperties');
  });
});

describe('the linter finds', () => {
  test.each([
    ['an example that its schema does not allow', 'no-invalid-media-type-examples', breakExample],
    ['a reference that leads nowhere', 'no-unresolved-refs', breakReference],
    ['a path whose parameter is not described', 'path-parameters-defined', breakParameter],
  ])('%s', async (_what, rule, spoil) => {
    const spoilt = structuredClone(committed);
    spoil(spoilt);
    expect((await problemsIn(spoilt)).join('\n')).toContain(rule);
  });
});

const READ = '/v1/chat/sessions/{id}';

function breakExample(document: typeof committed): void {
  document.paths[READ].get.responses['200'].content['application/json'].example.endedAt = null;
}

function breakReference(document: typeof committed): void {
  document.paths[READ].get.responses['401'].$ref = '#/components/responses/Nowhere';
}

function breakParameter(document: typeof committed): void {
  document.paths[READ].get.parameters = [];
}
