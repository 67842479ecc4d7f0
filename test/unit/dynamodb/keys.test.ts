// Keys of sessions say what they were made of, and no other key passes for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apiKeyEntryKey,
  apiKeyKey,
  intentKey,
  orgKey,
  personaKey,
  requestCountKey,
  sessionKey,
  sessionPlaceAt,
  usageKey,
} from '../../../functions/dynamodb/keys.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const place = fc.record({
  orgId: id,
  workspaceId: id,
  personaId: id,
  shard: fc.integer({ min: 0, max: 63 }),
  ulid: fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
});

describe('the key of a session', () => {
  it('gives back where the session is', () => {
    fc.assert(
      fc.property(place, (at) => {
        expect(sessionPlaceAt({ ...sessionKey(at) })).toEqual(at);
      }),
    );
  });
});

describe('any other key', () => {
  it('is the place of no session', () => {
    fc.assert(
      fc.property(id, id, fc.stringMatching(/^[A-Za-z0-9_-]{43}$/), (org, other, hash) => {
        for (const key of [
          personaKey(org, other),
          intentKey(org, other, hash),
          apiKeyKey(hash),
          apiKeyEntryKey(org, other),
          orgKey(org),
          requestCountKey(org, 1_795_458_420_000),
          usageKey({ orgId: org, day: '2026-11-23', shardId: other }),
        ]) {
          expect(sessionPlaceAt({ ...key })).toBeUndefined();
        }
      }),
    );
  });

  it.each([{}, { pk: 'ORG#o#PERSONA#p', sk: undefined }, { pk: 7, sk: 'WS#w#SESSION#u' }])(
    '%j neither',
    (key) => {
      expect(sessionPlaceAt(key)).toBeUndefined();
    },
  );
});
