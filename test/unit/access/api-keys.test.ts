// API keys as credentials: who is let in, and for how long an answer of the table is believed.
import { describe, expect, it } from 'vitest';
import {
  API_KEY_RANDOM_BYTES,
  type ApiKeyRecord,
  formatApiKey,
  hashApiKey,
} from '../../../functions/access/api-key.ts';
import { apiKeyVerifier, type FindApiKey } from '../../../functions/access/api-keys.ts';
import { PRINCIPAL, RECORD } from './known-caller.ts';

const KEY = formatApiKey('live', new Uint8Array(API_KEY_RANDOM_BYTES).fill(7));
const OK = { authn: 'ok', principal: PRINCIPAL };

/** A table of keys, a clock that stands still until it is moved, and the hashes that were looked up. */
function setUp({ rememberMs = 5_000, keys = { [KEY]: RECORD } as Record<string, ApiKeyRecord> } = {}) {
  const stored = new Map(Object.entries(keys).map(([key, record]) => [hashApiKey(key), record]));
  const lookUps: string[] = [];
  const clock = { nowMs: Date.parse('2026-01-01T00:00:00Z') };
  const find: FindApiKey = async (secretHash) => {
    lookUps.push(secretHash);
    return stored.get(secretHash);
  };
  const verify = apiKeyVerifier({ find, rememberMs, now: () => clock.nowMs });
  return { verify, stored, lookUps, clock };
}

describe('an API key', () => {
  it('lets its owner in', async () => {
    const { verify } = setUp();
    expect(await verify(KEY)).toEqual(OK);
  });

  it('that may make fewer requests than its org says how many', async () => {
    const { verify } = setUp({ keys: { [KEY]: { ...RECORD, requestsPerMinute: 30 } } });
    expect(await verify(KEY)).toEqual({
      ...OK,
      principal: { ...PRINCIPAL, keyLimit: { keyId: 'key_1', requestsPerMinute: 30 } },
    });
  });

  it('is looked up by its hash, never by itself', async () => {
    const { verify, lookUps } = setUp();
    await verify(KEY);
    expect(lookUps).toEqual([hashApiKey(KEY)]);
  });

  it('that nobody was given is refused', async () => {
    const { verify } = setUp({ keys: {} });
    expect(await verify(KEY)).toEqual({ authn: 'invalid', reason: 'unknown_key' });
  });

  it('with a typo is refused without a look-up', async () => {
    const { verify, lookUps } = setUp();
    expect(await verify(`${KEY.slice(0, -1)}!`)).toEqual({ authn: 'invalid', reason: 'mistyped_key' });
    expect(lookUps).toEqual([]);
  });

  it('of another form works when it is stored', async () => {
    const { verify } = setUp({ keys: { pk_legacy: RECORD } });
    expect(await verify('pk_legacy')).toEqual(OK);
  });

  it('that was revoked is refused', async () => {
    const { verify } = setUp({ keys: { [KEY]: { ...RECORD, status: 'revoked' } } });
    expect(await verify(KEY)).toEqual({ authn: 'invalid', reason: 'revoked' });
  });

  it('that has expired is refused, and the caller is told so', async () => {
    const { verify } = setUp({ keys: { [KEY]: { ...RECORD, expiresOn: '2025-12-31T23:59:59.999Z' } } });
    expect(await verify(KEY)).toEqual({ authn: 'expired', reason: 'expired' });
  });

  it('is neither good nor bad while the table does not answer', async () => {
    const verify = apiKeyVerifier({
      find: async () => {
        throw new Error('down');
      },
      rememberMs: 5_000,
    });
    await expect(verify(KEY)).rejects.toThrow('down');
  });
});

describe('what the table said of a key', () => {
  it('is remembered for as long as configured, and then asked again', async () => {
    const { verify, lookUps, clock } = setUp({ rememberMs: 5_000 });
    await verify(KEY);
    clock.nowMs += 4_999;
    await verify(KEY);
    expect(lookUps).toHaveLength(1);
    clock.nowMs += 1;
    await verify(KEY);
    expect(lookUps).toHaveLength(2);
  });

  it('is not kept alive by being used: a revoked key dies in time', async () => {
    const { verify, stored, clock } = setUp({ rememberMs: 5_000 });
    await verify(KEY);
    stored.set(hashApiKey(KEY), { ...RECORD, status: 'revoked' });
    for (let second = 1; second < 5; second += 1) {
      clock.nowMs += 1_000;
      expect(await verify(KEY)).toEqual(OK);
    }
    clock.nowMs += 1_000;
    expect(await verify(KEY)).toEqual({ authn: 'invalid', reason: 'revoked' });
  });

  it('is asked on every call when nothing is to be remembered', async () => {
    const { verify, stored, lookUps } = setUp({ rememberMs: 0 });
    expect(await verify(KEY)).toEqual(OK);
    stored.delete(hashApiKey(KEY));
    expect(await verify(KEY)).toEqual({ authn: 'invalid', reason: 'unknown_key' });
    expect(lookUps).toHaveLength(2);
  });

  it('does not outlive the expiry of the key', async () => {
    const { verify, lookUps, clock } = setUp({
      keys: { [KEY]: { ...RECORD, expiresOn: '2026-01-01T00:00:02.000Z' } },
    });
    expect(await verify(KEY)).toEqual(OK);
    clock.nowMs += 2_000;
    expect(await verify(KEY)).toEqual({ authn: 'expired', reason: 'expired' });
    expect(lookUps).toHaveLength(1);
  });

  it('is not remembered of an unknown key, so that a new key works at once', async () => {
    const { verify, stored } = setUp({ keys: {} });
    expect(await verify(KEY)).toEqual({ authn: 'invalid', reason: 'unknown_key' });
    stored.set(hashApiKey(KEY), RECORD);
    expect(await verify(KEY)).toEqual(OK);
  });

  it('is not replaced by an outage: the key is asked for again afterwards', async () => {
    let down = true;
    const verify = apiKeyVerifier({
      find: async () => {
        if (down) {
          throw new Error('down');
        }
        return RECORD;
      },
      rememberMs: 5_000,
    });
    await expect(verify(KEY)).rejects.toThrow('down');
    down = false;
    expect(await verify(KEY)).toEqual(OK);
  });

  it('is remembered of a thousand keys at most, and the oldest goes first', async () => {
    const keys = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`pk_${i}`, RECORD]));
    const { verify, lookUps } = setUp({ keys });
    for (const key of Object.keys(keys)) {
      await verify(key);
    }
    expect(lookUps).toHaveLength(1_001);
    await verify('pk_1000');
    await verify('pk_1');
    expect(lookUps).toHaveLength(1_001);
    await verify('pk_0');
    expect(lookUps).toHaveLength(1_002);
  });

  it('says nothing of another key', async () => {
    const { verify } = setUp({ keys: { pk_a: RECORD, pk_b: { ...RECORD, orgId: 'org_2' } } });
    expect(await verify('pk_a')).toMatchObject({ principal: { orgId: 'org_1' } });
    expect(await verify('pk_b')).toMatchObject({ principal: { orgId: 'org_2' } });
    expect(await verify('pk_a')).toMatchObject({ principal: { orgId: 'org_1' } });
  });
});
