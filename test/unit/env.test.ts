// What the functions read from their environment, and what they say when it is not there.
import { describe, expect, it } from 'vitest';
import { readAuthorizerEnv, readEndpointEnv } from '../../functions/env.ts';

const KEYS = { keys: [{ kid: 'key-1', kty: 'EC' }] };
const AUTHORIZER = {
  TABLE_NAME: 'sessions',
  API_KEY_REMEMBER_SECONDS: '5',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'moonborn',
  JWT_JWKS_URI: 'https://issuer.example/keys',
  JWT_PINNED_JWKS: JSON.stringify(KEYS),
  JWT_ORG_CLAIM: 'org',
  JWT_WORKSPACE_CLAIM: 'ws',
  JWT_SCOPES_CLAIM: 'scp',
};

describe('the environment of an endpoint', () => {
  it('names the table, and keeps sessions when it says nothing of their expiry', () => {
    const env = { TABLE_NAME: 'sessions', EXPIRE_UNUSED_DAYS: '', EXPIRE_ENDED_DAYS: '' };
    expect(readEndpointEnv(env)).toEqual({
      tableName: 'sessions',
      personaRememberMs: 0,
      expiryDays: {},
    });
    expect(readEndpointEnv({ TABLE_NAME: 'sessions' })).toEqual({
      tableName: 'sessions',
      personaRememberMs: 0,
      expiryDays: {},
    });
  });

  it('says how long a persona is remembered', () => {
    const env = { TABLE_NAME: 'sessions', PERSONA_REMEMBER_SECONDS: '5' };
    expect(readEndpointEnv(env).personaRememberMs).toBe(5_000);
  });

  it('says after how many days sessions go', () => {
    const env = { TABLE_NAME: 'sessions', EXPIRE_UNUSED_DAYS: '7', EXPIRE_ENDED_DAYS: '90' };
    expect(readEndpointEnv(env).expiryDays).toEqual({ unused: 7, ended: 90 });
  });

  it('says what each plan may do, or nothing where requests are not limited', () => {
    const rateLimits = { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' };
    const env = { TABLE_NAME: 'sessions', RATE_LIMITS: JSON.stringify(rateLimits) };
    expect(readEndpointEnv(env).rateLimits).toEqual(rateLimits);
    expect(readEndpointEnv({ ...env, RATE_LIMITS: '' }).rateLimits).toBeUndefined();
  });

  it.each([{}, { TABLE_NAME: '' }])('must name the table: %j', (env) => {
    expect(() => readEndpointEnv(env)).toThrow('TABLE_NAME is missing');
  });
});

describe('the environment of the authorizer', () => {
  it('says how session JWTs are checked', () => {
    expect(readAuthorizerEnv(AUTHORIZER)).toEqual({
      tableName: 'sessions',
      apiKeyRememberMs: 5_000,
      sessionJwt: {
        issuer: 'https://issuer.example',
        audience: 'moonborn',
        jwksUri: 'https://issuer.example/keys',
        pinnedJwks: KEYS,
        claims: { org: 'org', workspace: 'ws', scopes: 'scp' },
      },
    });
  });

  it('may pin keys and name no address to ask', () => {
    const { sessionJwt } = readAuthorizerEnv({ ...AUTHORIZER, JWT_JWKS_URI: '' });
    expect(sessionJwt).toMatchObject({ jwksUri: null, pinnedJwks: KEYS });
  });

  it('may name an address and pin no keys', () => {
    const { sessionJwt } = readAuthorizerEnv({ ...AUTHORIZER, JWT_PINNED_JWKS: '' });
    expect(sessionJwt).toMatchObject({ jwksUri: 'https://issuer.example/keys', pinnedJwks: undefined });
  });

  it('may take no session JWTs at all', () => {
    expect(readAuthorizerEnv({ ...AUTHORIZER, JWT_ISSUER: '' }).sessionJwt).toBeUndefined();
  });

  it('may have API keys asked for on every call', () => {
    expect(readAuthorizerEnv({ ...AUTHORIZER, API_KEY_REMEMBER_SECONDS: '0' }).apiKeyRememberMs).toBe(0);
  });

  it.each([
    'TABLE_NAME',
    'API_KEY_REMEMBER_SECONDS',
    'JWT_AUDIENCE',
    'JWT_ORG_CLAIM',
    'JWT_WORKSPACE_CLAIM',
    'JWT_SCOPES_CLAIM',
  ])('must say %s', (name) => {
    expect(() => readAuthorizerEnv({ ...AUTHORIZER, [name]: '' })).toThrow(`${name} is missing`);
  });
});
