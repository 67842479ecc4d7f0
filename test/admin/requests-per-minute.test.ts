// One ceiling for requests a minute: of a plan in the configuration, of a key that is issued, and of a caller's verdict.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requestsPerMinute } from '../../admin/option-values.ts';
import { fromContext, toContext } from '../../functions/access/verdict.ts';
import { REQUESTS_PER_MINUTE_MAX } from '../../functions/env.ts';
import { loadConfig } from '../../infra/config.ts';

function configure(plan: number): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-ceiling-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({ limits: { plans: { top: { requestsPerMinute: plan } }, defaultPlan: 'top' } }),
  );
  return loadConfig('dev', file).limits?.plans;
}

function authnOf(limit: number): string {
  const principal = {
    orgId: 'org_acme',
    workspaceId: 'ws_main',
    userId: 'usr_ci',
    scopes: ['*'],
    credential: 'api_key',
    keyLimit: { keyId: 'key_1', requestsPerMinute: limit },
  } as const;
  return fromContext(toContext({ authn: 'ok', principal })).authn;
}

describe('the highest number of requests a minute', () => {
  it('is taken by the configuration, by "key issue" and from the authorizer', () => {
    expect(configure(REQUESTS_PER_MINUTE_MAX)).toEqual({
      top: { requestsPerMinute: REQUESTS_PER_MINUTE_MAX },
    });
    expect(requestsPerMinute(String(REQUESTS_PER_MINUTE_MAX))).toBe(REQUESTS_PER_MINUTE_MAX);
    expect(authnOf(REQUESTS_PER_MINUTE_MAX)).toBe('ok');
  });

  it('is the highest for all three', () => {
    const above = REQUESTS_PER_MINUTE_MAX + 1;
    expect(() => configure(above)).toThrow(String(REQUESTS_PER_MINUTE_MAX));
    expect(() => requestsPerMinute(String(above))).toThrow(String(REQUESTS_PER_MINUTE_MAX));
    expect(authnOf(above)).toBe('missing');
  });
});
