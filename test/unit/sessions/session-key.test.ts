// The key of a session says what it was made of, and no other key passes for one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apiKeyEntryKey } from '../../../admin/api-key-entry.ts';
import { personaEntryKey } from '../../../admin/persona-item.ts';
import { apiKeyKey } from '../../../functions/access/find-api-key.ts';
import { requestCountKey } from '../../../functions/limits/count-requests.ts';
import { orgKey } from '../../../functions/limits/limit-requests.ts';
import { personaKey } from '../../../functions/personas/persona.ts';
import { intentKey } from '../../../functions/sessions/intent.ts';
import { sessionAddressOf, sessionKey } from '../../../functions/sessions/session-item.ts';
import { usageKey } from '../../../functions/usage/add-usage.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const address = fc.record({
  orgId: id,
  workspaceId: id,
  personaId: id,
  shard: fc.integer({ min: 0, max: 63 }),
  ulid: fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
});

it('the key of a session gives back its address', () => {
  fc.assert(
    fc.property(address, (at) => {
      expect(sessionAddressOf(sessionKey(at))).toEqual(at);
    }),
  );
});

it('any other key is the address of no session', () => {
  fc.assert(
    fc.property(id, id, fc.stringMatching(/^[A-Za-z0-9_-]{43}$/), (orgId, other, hash) => {
      const keys = [
        personaKey(orgId, other),
        personaEntryKey(orgId, other),
        intentKey({ orgId, personaId: other, intentHash: hash }),
        apiKeyKey(hash),
        apiKeyEntryKey(orgId, other),
        orgKey(orgId),
        requestCountKey(orgId, 1_795_458_420_000),
        usageKey({ orgId, day: '2026-11-23', shardId: other }),
      ];
      expect(keys.map(sessionAddressOf)).toEqual(keys.map(() => undefined));
    }),
  );
});
