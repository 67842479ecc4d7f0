// The reference page at /docs, as a person in a browser has it.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archivedSession, turn } from '../../docs/openapi/examples.ts';
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
  stack = await startLocalStack({
    port: 0,
    folder,
    config: { sessionsByUser: true },
    answerPage: docsPage(() => demo),
  });
  demo = await seedDemo(stack);
});

afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(executable === undefined)('in a browser, the reference page', () => {
  let browser: Browser;
  const complaints: string[] = [];
  const requested: URL[] = [];

  async function openPage(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(200_000);
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (sent) => requested.push(new URL(sent.url())));
    await page.goto(`${stack.baseUrl}/docs`);
    await showEveryCall(page);
    return page;
  }

  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser?.close());

  describe('on a wide screen', () => {
    let page: Page;
    let started: string;

    beforeAll(async () => {
      page = await openPage({ viewport: { width: 1280, height: 900 } });
    });

    test('lists every call', async () => {
      for (const { summary } of allOperations()) {
        expect(await page.getByRole('link', { name: summary }).count(), summary).toBe(1);
      }
    });

    test('shows the samples of the document, and no others', async () => {
      const region = page.getByRole('region', { name: 'Start a chat session' });
      const [operation] = allOperations();
      const samples = operation?.['x-codeSamples'] ?? [];
      expect(samples.map(({ label }) => label)).toEqual(['cURL', 'TypeScript', 'Python']);
      for (const { label, source } of samples) {
        await region.getByRole('button', { name: 'Change code sample language' }).click();
        expect(await page.getByRole('option').allInnerTexts()).toEqual(samples.map((sample) => sample.label));
        await page.getByRole('option', { name: label }).click();
        const text = await region.locator('pre', { hasText: source.split('\n')[0] ?? '' }).innerText();
        expect(withoutSpace(text)).toBe(withoutSpace(source));
      }
    });

    test('starts a session with the demo key at a click, and another one at the next', async () => {
      const first = await tryCall(page, 'Start a chat session');
      expect(first).toMatchObject({ status: 201, shown: '201 Created' });
      expect(first.body.session.personaId).toBe(demo.personaId);
      expect(first.headers.authorization).toBe(`Bearer ${demo.apiKey}`);
      expect(first.headers, 'a fixed key would start no second session').not.toHaveProperty(
        'idempotency-key',
      );
      started = first.body.session.sessionId;
      const second = await tryCall(page, 'Start a chat session');
      expect(second.body.session.sessionId).not.toBe(started);
    });

    test('lists the persona’s sessions and your own at a click', async () => {
      for (const call of ['List a persona’s chat sessions', 'List your own chat sessions']) {
        const { status, body } = await tryCall(page, call);
        expect(status, call).toBe(200);
        expect(body.items.map(({ sessionId }: { sessionId: string }) => sessionId)).toContain(started);
      }
    });

    test('reads, counts, changes, ends and deletes that session at a click each', async () => {
      await recordTurnsBefore(turn.turn, started);
      const expected = [
        ['Read a chat session', 200, { sessionId: started, messageCount: 6 }],
        ['Record a turn of a chat session', 200, { alreadyRecorded: false, session: { messageCount: 8 } }],
        ['Change a chat session', 200, { session: { title: archivedSession.title } }],
        ['End a chat session', 200, { alreadyEnded: false, session: { status: 'ended' } }],
        ['Delete a chat session', 204, undefined],
      ] as const;
      for (const [call, status, body] of expected) {
        const answer = await tryCall(page, call, started);
        expect(answer.status, call).toBe(status);
        if (body !== undefined) {
          expect(answer.body, call).toMatchObject(body);
        }
      }
    });
  });

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test.each([390, 768, 1280])(
      'at %i px, nothing scrolls sideways, nor while trying a call',
      async (width) => {
        const page = await openPage({ viewport: { width, height: 900 }, colorScheme });
        await showEveryCall(page);
        expect(await scrollingSideways(page)).toEqual([]);
        expect(await brightness(page)).toBe(colorScheme);
        await tryCall(page, 'Start a chat session', undefined, async () => {
          expect(await scrollingSideways(page)).toEqual([]);
        });
        await page.context().close();
      },
    );
  });

  test('has asked no other machine for anything', () => {
    expect(
      requested.filter(
        ({ protocol, host }) => protocol.startsWith('http') && `http://${host}` !== stack.baseUrl,
      ),
    ).toEqual([]);
    expect(requested.length).toBeGreaterThan(5);
  });

  test('has left nothing in the console but the viewer’s name', () => {
    expect(complaints.filter((text) => !text.startsWith('info: @scalar/api-reference@'))).toEqual([]);
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

/** Opens the call's form, sends it as it is filled in, for another session if one is named, and closes it. */
async function tryCall(
  page: Page,
  call: string,
  sessionId?: string,
  whileOpen: () => Promise<void> = async () => undefined,
) {
  const region = page.getByRole('region', { name: call, exact: true });
  await region.scrollIntoViewIfNeeded();
  await region.getByRole('button', { name: /^Test Request/ }).click();
  const form = page.getByRole('dialog', { name: 'API Client' });
  if (sessionId !== undefined) {
    await form.getByRole('row', { name: 'Include id in request' }).getByLabel('Value').fill(sessionId);
  }
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.url().includes('/v1/')),
    form.getByRole('button', { name: /^Send \w+ request/ }).click(),
  ]);
  const shown = form.getByRole('link', { name: String(response.status()) });
  await shown.waitFor();
  await whileOpen();
  const answer = {
    status: response.status(),
    shown: await shown.innerText(),
    headers: await response.request().allHeaders(),
    body: response.status() === 204 ? undefined : await response.json(),
  };
  await form.getByRole('button', { name: 'Close Client' }).click();
  await form.waitFor({ state: 'hidden' });
  return answer;
}

/** The viewer draws a call when it comes into view. */
async function showEveryCall(page: Page): Promise<void> {
  const drawn = page.getByRole('button', { name: /^Test Request/ });
  await drawn.first().waitFor();
  while ((await drawn.count()) < allOperations().length) {
    await drawn.last().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 800);
  }
}

/** @returns the document and the containers that a person could scroll sideways */
function scrollingSideways(page: Page): Promise<string[]> {
  return page.evaluate(`
    [...document.querySelectorAll('*')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .filter(
        (element) =>
          element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowX),
      )
      .map((element) => element.outerHTML.slice(0, 120))
  `);
}

async function brightness(page: Page): Promise<'light' | 'dark'> {
  const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const [red = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return red > 127 ? 'light' : 'dark';
}

async function recordTurnsBefore(next: number, sessionId: string): Promise<void> {
  for (let number = 1; number < next; number++) {
    const { status } = await fetch(`${stack.baseUrl}/v1/chat/sessions/${sessionId}/turns`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...turn, turn: number, messages: 1 }),
    });
    expect(status).toBe(200);
  }
}

const withoutSpace = (text: string) => text.replaceAll(/\s/g, '');

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
