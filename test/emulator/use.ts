// What a deployed stage is used for here: the smoke test, the suite of the API, and a call.
import { readFileSync } from 'node:fs';
import type { Run } from './run.ts';

/** @returns how many of its steps passed */
export async function smokeTest(deployed: Run): Promise<number> {
  return (await deployed('.ci/smoke-deployed')).match(/^ok: /gm)?.length ?? 0;
}

/** @returns how many of its tests passed */
export async function apiSuite(deployed: Run, reportFile: string): Promise<number> {
  const reporters = ['--reporter', 'dot', '--reporter', 'json', '--outputFile', reportFile];
  await deployed('npx', 'vitest', 'run', '--config', 'test/emulator/vitest.config.ts', ...reporters);
  return JSON.parse(readFileSync(reportFile, 'utf8')).numPassedTests;
}

export async function issueKey(deployed: Run): Promise<string> {
  const owner = ['--org', 'org_smoke_test', '--workspace', 'ws_smoke_test', '--user', 'usr_smoke_test'];
  const rights = ['--scopes', 'write:chat', '--environment', 'test', '--expires', '1h'];
  return (
    await deployed('npm', 'run', '--silent', 'admin', '--', 'key', 'issue', ...owner, ...rights)
  ).trim();
}

/** Starts a session of the smoke test's persona. */
export async function start(
  baseUrl: string,
  key: string,
): Promise<{ status: number; code: string | undefined }> {
  const response = await fetch(`${baseUrl}/v1/personas/psn_smoke_test/chat/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId: 'psn_smoke_test' }),
  });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: body.error?.code };
}
