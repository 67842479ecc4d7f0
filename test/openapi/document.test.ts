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

  test('has a version that begins as its paths do', () => {
    const [major] = committed.info.version.split('.');
    expect(Object.keys(committed.paths).filter((path) => !path.startsWith(`/v${major}/`))).toEqual([]);
  });

  test('never lets a field of an answer be null', () => {
    expect(JSON.stringify(committed.components.schemas)).not.toMatch(/"null"|nullable/);
  });

  test('lets answers grow: no schema of an answer forbids further fields', () => {
    const schemas = Object.entries(committed.components.schemas);
    const isRequest = ([name]: [string, unknown]) => name.endsWith('Request');
    for (const [, request] of schemas.filter(isRequest)) {
      expect(request).toMatchObject({ additionalProperties: false });
    }
    const answers = schemas.filter((schema) => !isRequest(schema));
    expect(JSON.stringify(answers)).not.toMatch(/"(additional|unevaluated)Properties":false/);
  });

  test('says of every number that it is a double: without a format, clients in Go hold 24 bits of it', () => {
    const numbers = schemasIn(committed).filter(({ type }) => type === 'number');
    expect(numbers.length).toBeGreaterThanOrEqual(5);
    expect(numbers.filter(({ format }) => format !== 'double')).toEqual([]);
  });

  test('says of a time in seconds that it takes 64 bits', () => {
    expect(committed.components.headers.RateLimitReset.schema.format).toBe('int64');
  });

  test('says by a named oneOf that an error is of the service or of the gateway', () => {
    expect(schemasIn(committed).filter((schema) => 'anyOf' in schema || 'allOf' in schema)).toEqual([]);
    expect(schemasIn(committed).filter((schema) => 'oneOf' in schema)).toEqual([
      committed.components.schemas.AnyError,
    ]);
    for (const name of ['TooManyRequests', 'InternalError', 'ServiceUnavailable']) {
      const { schema } = committed.components.responses[name].content['application/json'];
      expect(schema, name).toEqual({ $ref: '#/components/schemas/AnyError' });
    }
  });

  test('keeps the two kinds of error apart, so that exactly one fits an answer', () => {
    const { ErrorEnvelope: ours, GatewayError: gateways } = committed.components.schemas;
    expect(Object.keys(ours.properties)).toEqual(ours.required);
    expect(Object.keys(gateways.properties)).toEqual(gateways.required);
    expect(ours.required.filter((name: string) => gateways.required.includes(name))).toEqual([]);
  });

  test('has one schema of the status, with a name', () => {
    expect(
      schemasIn(committed).filter((schema) => 'enum' in schema && schema.enum?.includes('active')),
    ).toEqual([committed.components.schemas.SessionStatus]);
  });

  test('names its license as SPDX expressions do, which packaging tools insist on', () => {
    expect(committed.info.license.name).toMatch(/^LicenseRef-[A-Za-z0-9.-]+$/);
  });

  test('has no idempotency key that an imported collection would send again and again', () => {
    const { example, examples, schema } = committed.components.parameters.IdempotencyKey;
    expect([example, examples]).toEqual([undefined, undefined]);
    expect(schema.examples).toEqual(['{{$guid}}']);
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

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
}

/** Every object of the document that says what a value may be. */
function schemasIn(part: unknown): Schema[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  const isSchema = ['type', 'enum', 'oneOf', 'anyOf', 'allOf'].some((keyword) => keyword in part);
  return [...(isSchema ? [part] : []), ...Object.values(part).flatMap(schemasIn)];
}

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
