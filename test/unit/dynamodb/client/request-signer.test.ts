// A signature is the one that the SDK's own signer makes, whatever is signed, by whom and when.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import type { RequestSigner } from '@smithy/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestSigner } from '../../../../functions/dynamodb/client/request-signer.ts';

const REGION = 'eu-central-1';
/** The SDK also signs these, which DynamoDB does not ask for. */
const NOT_SIGNED = new Set(['content-length', 'x-amz-content-sha256']);

const credentials = fc.record(
  { accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/), secretAccessKey: fc.string({ minLength: 1 }) },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);
const sessionToken = fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,200}$/), { nil: undefined });
const signedAt = fc.date({
  min: new Date('2026-01-01'),
  max: new Date('2036-01-01'),
  noInvalidDate: true,
});

function request(target: string, body: string): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    protocol: 'https:',
    hostname: `dynamodb.${REGION}.amazonaws.com`,
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `DynamoDB_20120810.${target}`,
      host: `dynamodb.${REGION}.amazonaws.com`,
    },
    body: Buffer.from(body),
  });
}

describe('a signature', () => {
  it('is the one that the SDK makes', async () => {
    const target = fc.constantFrom('GetItem', 'PutItem', 'UpdateItem', 'Query');
    await fc.assert(
      fc.asyncProperty(
        credentials,
        sessionToken,
        signedAt,
        target,
        fc.string(),
        async (who, token, at, ...what) => {
          const identity = token === undefined ? who : { ...who, sessionToken: token };
          const client = new DynamoDBClient({ region: REGION, credentials: identity });
          const theirs = await (await client.config.signer()).sign(request(...what), {
            signingDate: at,
            signingService: 'dynamodb',
            unsignableHeaders: NOT_SIGNED,
          });
          const ours = await requestSigner(identity, REGION).sign(request(...what), { signingDate: at });
          expect(ours.headers.authorization).toBe(theirs.headers.authorization);
          expect(ours.headers['x-amz-date']).toBe(theirs.headers['x-amz-date']);
          expect(ours.headers['x-amz-security-token']).toBe(token);
        },
      ),
    );
  });

  it('of another day is made with the key of that day', async () => {
    const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const authorizationOn = async (signer: RequestSigner, signingDate: string) =>
      (await signer.sign(request('GetItem', '{}'), { signingDate })).headers.authorization;
    const one = requestSigner(identity, REGION);
    for (const day of ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z']) {
      expect(await authorizationOn(one, day)).toBe(
        await authorizationOn(requestSigner(identity, REGION), day),
      );
    }
  });

  it('of a second attempt takes the place of the first', async () => {
    const signer = requestSigner({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }, REGION);
    const twice = request('GetItem', '{}');
    await signer.sign(twice, { signingDate: '2026-01-01T00:00:00Z' });
    await signer.sign(twice, { signingDate: '2026-01-01T00:00:07Z' });
    const once = await signer.sign(request('GetItem', '{}'), { signingDate: '2026-01-01T00:00:07Z' });
    expect(twice.headers).toEqual(once.headers);
  });
});
