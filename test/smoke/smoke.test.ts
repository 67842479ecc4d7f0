// The smoke test itself: content with the local stack, and not with less.
import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { newTenant, stack } from '../api/harness.ts';
import { labelsEveryAnswerAsJson } from './labelling-proxy.ts';

const run = promisify(execFile);

async function smoke(env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, ['test/smoke/main.ts'], { env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const against = (
  MOONBORN_BASE_URL: string,
  { apiKey, personaId } = { apiKey: 'sk_test_x', personaId: 'psn_1' },
) => smoke({ MOONBORN_BASE_URL, MOONBORN_API_KEY: apiKey, MOONBORN_PERSONA_ID: personaId });

async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('goes well against the local stack, and leaves nothing behind', async () => {
  const tenant = await newTenant();
  const { code, stdout } = await against(`${stack.baseUrl}/`, tenant);
  expect(stdout.match(/^ok: /gm)).toHaveLength(9);
  expect(code).toBe(0);
  const list = await fetch(`${stack.baseUrl}/v1/personas/${tenant.personaId}/chat/sessions`, {
    headers: { authorization: `Bearer ${tenant.apiKey}` },
  });
  expect(await list.json()).toEqual({ items: [], nextCursor: '' });
});

it('goes well where an answer without a body is labelled as JSON', async () => {
  const tenant = await newTenant();
  const { code, stdout, stderr } = await withServer(labelsEveryAnswerAsJson(stack.baseUrl), (url) =>
    against(url, tenant),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('ok: it is deleted, and gone');
});

it('says which step failed and what came instead, when the key may not start sessions', async () => {
  const tenant = await newTenant({ scopes: ['read:chat'] });
  const { code, stderr } = await against(stack.baseUrl, tenant);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^FAILED: a session starts: expected 201, got 403: .*forbidden/);
  expect(stderr).not.toContain(tenant.apiKey);
});

it.each<[string, RequestListener]>([
  ['answers everything with 200', (_request, response) => response.end('{}')],
  ['is down', (_request, response) => response.destroy()],
])('fails when what is behind the URL %s', async (_what, listener) => {
  const { code, stderr } = await withServer(listener, (url) => against(url));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^FAILED: a session starts: /);
});

it('says what it needs when it was told nothing', async () => {
  const { code, stderr } = await smoke({});
  expect(code).toBe(2);
  expect(stderr).toContain('MOONBORN_BASE_URL');
});
