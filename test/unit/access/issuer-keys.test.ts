// The issuer's keys over time: fetched, aged, withdrawn, replaced, and pinned against an outage.
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { sessionJwtVerifier } from '../../../functions/access/session-jwt.ts';
import { letTimePass } from '../../virtual-time.ts';
import { goodClaims, jwksOf, PublishedKeys, type SigningKey, settings, sign, signingKey } from './issuer.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const UNREACHABLE = expect.objectContaining({ authn: 'unavailable', reason: 'issuer_unreachable' });
const PAUSED = expect.objectContaining({ authn: 'unavailable', reason: 'key_fetch_paused' });
const UNKNOWN = expect.objectContaining({ authn: 'invalid', reason: 'unknown_key_id' });
const OK = expect.objectContaining({ authn: 'ok' });

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  first = await signingKey('key-1');
  second = await signingKey('key-2');
});

function setUp({ pinned }: { pinned?: SigningKey } = {}) {
  const published = new PublishedKeys(first);
  const clock = { nowMs: 0 };
  const failures: string[] = [];
  const verify = sessionJwtVerifier([settings({ pinnedJwks: pinned && jwksOf(pinned) })], {
    fetchText: published.fetchText,
    onFetchFailed: (failure) => failures.push(failure.message),
    now: () => clock.nowMs,
  });
  return { published, clock, verify, failures };
}

describe('the published keys', () => {
  it('are fetched once from the configured address, however many calls wait for them', async () => {
    const { published, verify } = setUp();
    const token = await sign(first);
    expect(await Promise.all(Array.from({ length: 20 }, () => verify(token)))).toEqual(Array(20).fill(OK));
    expect(await verify(token)).toEqual(OK);
    expect(published.fetches).toBe(1);
    expect(published.lastUri).toBe('https://issuer.example/.well-known/jwks.json');
  });

  it('are believed for ten minutes and fetched again then', async () => {
    const { published, clock, verify } = setUp();
    await verify(await sign(first));
    clock.nowMs += 10 * MINUTE_MS - 1;
    await verify(await sign(first));
    expect(published.fetches).toBe(1);
    clock.nowMs += 1;
    expect(await verify(await sign(first))).toEqual(OK);
    expect(published.fetches).toBe(2);
  });

  it('are fetched at once for a token with a new key, so that the issuer may change keys', async () => {
    const { published, verify } = setUp();
    await verify(await sign(first));
    published.publish(first, second);
    expect(await verify(await sign(second))).toEqual(OK);
    expect(published.fetches).toBe(2);
  });

  it('are not fetched over and over for made-up key ids: ten seconds lie between', async () => {
    const { published, clock, verify } = setUp();
    const madeUp = await sign(first, goodClaims(), { kid: 'made-up' });
    expect(await verify(madeUp)).toEqual(UNKNOWN);
    for (let i = 0; i < 20; i += 1) {
      expect(await verify(madeUp)).toEqual(PAUSED);
    }
    expect(published.fetches).toBe(1);
    expect(await verify(await sign(first))).toEqual(OK);
    clock.nowMs += 10 * SECOND_MS - 1;
    await verify(madeUp);
    expect(published.fetches).toBe(1);
    clock.nowMs += 1;
    await verify(madeUp);
    expect(published.fetches).toBe(2);
  });

  it('are not fetched for a token of another issuer', async () => {
    const { published, verify } = setUp();
    const foreign = await sign(second, { ...goodClaims(), iss: 'https://evil.example' });
    expect(await verify(foreign)).toEqual({ authn: 'invalid', reason: 'unknown_issuer' });
    expect(published.fetches).toBe(0);
  });

  it('lose a key that the issuer has withdrawn, within ten minutes', async () => {
    const { published, clock, verify } = setUp();
    expect(await verify(await sign(first))).toEqual(OK);
    published.publish(second);
    clock.nowMs += 10 * MINUTE_MS;
    expect(await verify(await sign(first))).toEqual(UNKNOWN);
    expect(await verify(await sign(second))).toEqual(OK);
  });

  it('may hold a new key under an old id: the new one counts, and the old one no more', async () => {
    const { published, clock, verify } = setUp();
    const replacement = await signingKey(first.kid);
    expect(await verify(await sign(first))).toEqual(OK);
    published.publish(replacement);
    clock.nowMs += 10 * MINUTE_MS;
    expect(await verify(await sign(replacement))).toEqual(OK);
    expect(await verify(await sign(first))).toMatchObject({ reason: 'bad_signature' });
  });

  it('may not be used for anything but signatures when they say so', async () => {
    const encryption = { ...first, publicJwk: { ...first.publicJwk, use: 'enc' } };
    const verify = sessionJwtVerifier([settings()], new PublishedKeys(encryption));
    expect(await verify(await sign(first))).toEqual(UNKNOWN);
  });

  it('that were asked for a moment ago may hold a new key by now: that is no refusal', async () => {
    const { published, clock, verify } = setUp();
    await verify(await sign(first));
    expect(await verify(await sign(second))).toEqual(UNKNOWN);
    published.publish(first, second);
    clock.nowMs += 10 * SECOND_MS - 1;
    expect(await verify(await sign(second))).toEqual(PAUSED);
    clock.nowMs += 1;
    expect(await verify(await sign(second))).toEqual(OK);
  });

  it('that are being fetched for one call are no answer to another that came later', async () => {
    const { published, verify } = setUp();
    const [madeUp, rotated] = [await sign(first, goodClaims(), { kid: 'made-up' }), await sign(second)];
    const slow = published.holdNextAnswer();
    const refusals = [verify(madeUp), verify(rotated)];
    published.publish(first, second);
    slow.release();
    expect(await Promise.all(refusals)).toEqual([UNKNOWN, PAUSED]);
  });
});

describe('while the issuer cannot be reached', () => {
  it('nothing is known of a caller: that is no refusal', async () => {
    const { published, verify } = setUp();
    published.goDown();
    expect(await verify(await sign(first))).toEqual(UNREACHABLE);
  });

  it('or answers something that is no JWKS, nothing is known of a caller either', async () => {
    const { published, verify } = setUp();
    published.answerWith('Bad gateway');
    expect(await verify(await sign(first))).toEqual(UNREACHABLE);
  });

  it('it is asked every ten seconds, not on every call, and believed as soon as it is back', async () => {
    const { published, clock, verify, failures } = setUp();
    const token = await sign(first);
    published.goDown();
    for (let i = 0; i < 20; i += 1) {
      await verify(token);
    }
    expect(published.fetches).toBe(1);
    expect(failures).toEqual(['https://issuer.example cannot be reached: ECONNREFUSED']);
    published.publish(first);
    clock.nowMs += 10 * SECOND_MS - 1;
    expect(await verify(token)).toEqual(UNREACHABLE);
    clock.nowMs += 1;
    expect(await verify(token)).toEqual(OK);
  });

  it('the keys that were fetched go on verifying for an hour, and no longer', async () => {
    const { published, clock, verify, failures } = setUp();
    const token = await sign(first);
    await verify(token);
    published.goDown();
    clock.nowMs += 60 * MINUTE_MS - 1;
    expect(await verify(token)).toEqual(OK);
    expect(failures).toHaveLength(1);
    clock.nowMs += 1;
    expect(await verify(token)).toEqual(UNREACHABLE);
  });

  it('a token is still refused for what is wrong with it', async () => {
    const { published, clock, verify } = setUp();
    await verify(await sign(first));
    published.goDown();
    clock.nowMs += 20 * MINUTE_MS;
    expect(await verify(await sign(first, { ...goodClaims(), exp: 1 }))).toMatchObject({
      reason: 'expired',
    });
    expect(await verify(await sign(first, { ...goodClaims(), aud: 'other' }))).toMatchObject({
      reason: 'wrong_audience',
    });
  });

  it('an issuer that never answers is given up on well within the time of an authorizer', async () => {
    let connections = 0;
    const silent = createServer(() => {
      connections += 1;
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => silent.once('listening', listening));
    const { port } = silent.address() as { port: number };
    const verify = sessionJwtVerifier([settings({ jwksUri: `https://127.0.0.1:${port}/jwks.json` })]);
    const token = await sign(first);
    // So long at most for each attempt.
    const ended = await letTimePass(
      () => verify(token),
      () => connections,
      2_000,
    );
    expect(ended).toEqual({ status: 'fulfilled', value: UNREACHABLE });
    expect(connections).toBe(2);
    silent.close();
  });
});

describe('pinned keys', () => {
  it('serve while the issuer cannot be reached', async () => {
    const { published, verify } = setUp({ pinned: first });
    published.goDown();
    expect(await verify(await sign(first))).toEqual(OK);
    expect(await verify(await sign(second))).toEqual(UNREACHABLE);
  });

  it('do not serve while the issuer answers and publishes others', async () => {
    const { verify } = setUp({ pinned: second });
    expect(await verify(await sign(first))).toEqual(OK);
    expect(await verify(await sign(second))).toEqual(UNKNOWN);
  });

  it('do not bring a withdrawn key back when the issuer fails after it withdrew it', async () => {
    const { published, clock, verify } = setUp({ pinned: second });
    expect(await verify(await sign(first))).toEqual(OK);
    published.goDown();
    clock.nowMs += 11 * MINUTE_MS;
    expect(await verify(await sign(first))).toEqual(OK);
    expect(await verify(await sign(second))).not.toEqual(OK);
  });

  it('serve again when what was published is too old to be believed', async () => {
    const { published, clock, verify } = setUp({ pinned: second });
    await verify(await sign(first));
    published.goDown();
    clock.nowMs += 60 * MINUTE_MS;
    expect(await verify(await sign(second))).toEqual(OK);
  });
});
