// A configuration for an account, with a domain and a key, runs here as it is deployed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../local/config-file.ts';
import { startLocalStack } from '../../local/stack.ts';
import { placed, RESTORED_STREAM } from '../infra/placed.ts';
import { tempFolder } from './temp-folder.ts';

function read(config: unknown): Record<string, unknown> {
  const file = join(tempFolder(), 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return readConfigFile(file);
}

it('a file with the fields of each stage gives those of dev', () => {
  expect(read({ dev: { logRetentionDays: 7 }, prod: { logRetentionDays: 30 } })).toEqual({
    logRetentionDays: 7,
  });
  expect(read({ prod: { logRetentionDays: 30 } })).toEqual({});
  expect(read({ logRetentionDays: 7 })).toEqual({ logRetentionDays: 7 });
  expect(read({})).toEqual({});
});

it('a restored table stays on AWS', () => {
  expect(read({ usage: true, restoredTable: RESTORED_STREAM })).toEqual({ usage: true });
});

it('the domain and its record are not served here, and said so; the API is', async () => {
  const stack = await startLocalStack({ port: 0, folder: tempFolder(), config: placed });
  try {
    expect(stack.notRunLocally.map((line) => line.replace(/[0-9A-F]{8} /, ' '))).toEqual([
      'ApiDomainName (AWS::ApiGatewayV2::DomainName)',
      'ApiDomainAlias (AWS::Route53::RecordSet)',
    ]);
    const answer = await fetch(`${stack.baseUrl}/v1/chat/sessions`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthorized' } },
    });
  } finally {
    await stack.close();
  }
});
