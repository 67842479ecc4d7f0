// What the functions read from their environment, and what they say when it is not there.
import { describe, expect, it } from 'vitest';
import { readAuthorizerEnv, readEndpointEnv } from '../../functions/env.ts';

const ISSUERS = [
  {
    issuer: 'https://issuer.example',
    audience: ['moonborn'],
    audienceClaim: 'aud',
    jwksUri: 'https://issuer.example/keys',
    claims: { user: 'sub', org: ['o', 'id'], workspace: { value: 'ws_main' }, scopes: 'scp' },
    scopePrefix: '',
    clockToleranceSeconds: 10,
  },
];
const AUTHORIZER = {
  TABLE_NAME: 'sessions',
  API_KEY_REMEMBER_SECONDS: '5',
  JWT_ISSUERS: JSON.stringify(ISSUERS),
};

describe('the environment of an endpoint', () => {
  it.each([{}, { EXPIRE_UNUSED_DAYS: '', EXPIRE_ENDED_DAYS: '' }])(
    'names the table, and keeps sessions when it says nothing of their expiry: %j',
    (env) => {
      expect(readEndpointEnv({ TABLE_NAME: 'sessions', ...env })).toEqual({
        tableName: 'sessions',
        personaRememberMs: 0,
        sessionsByUser: false,
        expiryDays: {},
      });
    },
  );

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
      jwtIssuers: ISSUERS,
    });
  });

  it.each(['', '[]'])('may take no session JWTs at all: %j', (JWT_ISSUERS) => {
    expect(readAuthorizerEnv({ ...AUTHORIZER, JWT_ISSUERS }).jwtIssuers).toEqual([]);
  });

  it('may have API keys asked for on every call', () => {
    expect(readAuthorizerEnv({ ...AUTHORIZER, API_KEY_REMEMBER_SECONDS: '0' }).apiKeyRememberMs).toBe(0);
  });

  it.each(['TABLE_NAME', 'API_KEY_REMEMBER_SECONDS'])('must say %s', (name) => {
    expect(() => readAuthorizerEnv({ ...AUTHORIZER, [name]: '' })).toThrow(`${name} is missing`);
  });
});
