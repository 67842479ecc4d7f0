// The reference page at /docs, as a person in a browser has it.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docsPage } from '../../local/docs-page.ts';
import { type Demo, seedDemo } from '../../local/seed.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { allOperations } from './published-document.ts';

const executable = findChromium();
if (executable === undefined) {
  console.info(
    'The reference page is not looked at in a browser: Chromium is not installed (apt-get install chromium).',
  );
}

const folder = mkdtempSync(join(tmpdir(), 'moonborn-docs-'));
let stack: LocalStack;
let demo: Demo;

beforeAll(async () => {
  stack = await startLocalStack({ port: 0, folder, answerPage: docsPage(() => demo) });
  demo = await seedDemo(stack);
});

afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(executable === undefined)('in a browser, the reference page', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requested: URL[] = [];

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (sent) => requested.push(new URL(sent.url())));
    await page.goto(`${stack.baseUrl}/docs`);
  });
  afterAll(() => browser?.close());

  test('shows every call', async () => {
    await page.locator('.opblock').first().waitFor();
    const shown = await page.locator('.opblock-summary-description').allTextContents();
    expect(shown).toHaveLength(allOperations().length);
    expect(shown).toContain('Start a chat session');
  });

  test('starts a session with the demo key at a click, and shows the 201', async () => {
    const start = page.locator('#operations-chat-startChatSession');
    await start.locator('.opblock-summary-control').click();
    await start.locator('button.execute').click();
    const answer = start.locator('.live-responses-table .response');
    expect((await answer.locator('.response-col_status').innerText()).trim()).toBe('201');
    expect(await answer.innerText()).toContain(`"personaId": "${demo.personaId}"`);
    const sent = await start.locator('.curl-command').innerText();
    expect(sent).toContain(`Bearer ${demo.apiKey}`);
    expect(sent, 'a fixed key would start no second session').not.toContain('Idempotency-Key');
  });

  test('lists that session at another click', async () => {
    const list = page.locator('#operations-chat-listChatSessionsForPersona');
    await list.locator('.opblock-summary-control').click();
    await list.locator('button.execute').click();
    const answer = list.locator('.live-responses-table .response');
    expect((await answer.locator('.response-col_status').innerText()).trim()).toBe('200');
    expect(await answer.innerText()).toContain('"items"');
  });

  test('has asked no other machine for anything', () => {
    expect(
      requested.filter(({ protocol, origin }) => protocol !== 'data:' && origin !== stack.baseUrl),
    ).toEqual([]);
    expect(requested.length).toBeGreaterThan(5);
  });

  test('has left nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});

describe('the reference page', () => {
  test('forbids the browser to reach any other origin', async () => {
    const { headers } = await fetch(`${stack.baseUrl}/docs`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  test('names the stack that serves it as its only server', async () => {
    const document = (await (await fetch(`${stack.baseUrl}/docs/openapi.json`)).json()) as {
      servers: object[];
    };
    expect(document.servers).toEqual([{ url: stack.baseUrl, description: 'This local stack' }]);
  });

  test('gives the demo key to nobody who calls this machine by a foreign name', async () => {
    const { status, text } = await asHost('attacker.example', `${stack.baseUrl}/docs/credentials.json`);
    expect(status).toBe(403);
    expect(text).not.toContain(demo.apiKey);
  });

  test('leaves every other path to the API', async () => {
    for (const path of ['/docs/nothing', '/docsx', '/']) {
      const answer = await fetch(stack.baseUrl + path);
      expect(answer.status, path).toBe(404);
      expect(await answer.json(), path).toMatchObject({ error: { code: 'not_found' } });
    }
    expect((await fetch(`${stack.baseUrl}/docs`, { method: 'POST' })).status).toBe(404);
  });
});

/** `fetch` sets the header itself. */
function asHost(host: string, url: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((done, failed) => {
    request(url, { headers: { host } }, async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('');
      done({ status: response.statusCode, text });
    })
      .on('error', failed)
      .end();
  });
}
