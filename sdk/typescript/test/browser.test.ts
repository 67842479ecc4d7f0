// The minified bundle in a real browser.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { bundleForBrowsers } from '../scripts/measure-bundle.ts';
import { startScenarioServer } from './scenario-server.ts';

const folders = (process.env.PATH ?? '').split(delimiter);
const chromium = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => folders.map((folder) => join(folder, name)))
  .find((program) => existsSync(program));

test.skipIf(!chromium)(
  'a start whose answer is lost becomes one session in a browser',
  { timeout: 300_000 },
  async () => {
    const scenarios = await startScenarioServer();
    const baseUrl = `${scenarios.baseUrl}/${randomUUID()}/lost-answer`;
    const said = await whatChromiumSays(`
    import Moonborn from '/sdk.js';
    const say = (body) => fetch('/said', { method: 'POST', body });
    const client = new Moonborn({ apiKey: 'jwt', baseUrl: ${JSON.stringify(baseUrl)} });
    const start = client.chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' });
    start.then(({ session }) => say(session.sessionId), say);`);
    const received = await (await fetch(`${baseUrl}/__received`)).json();
    await scenarios.stop();

    expect(said).toMatch(/^chs_/);
    expect(received.applied).toEqual([
      expect.objectContaining({ session: expect.objectContaining({ sessionId: said }) }),
    ]);
  },
);

async function whatChromiumSays(script: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'moonborn-browser-'));
  const { page, said } = await pageServer(script);
  const address = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
  // The scenario server knows no CORS, and is not what is tested here.
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-web-security',
    `--user-data-dir=${profile}`,
  ];
  const browser = spawn(chromium ?? '', [...options, address], { stdio: 'ignore' });
  try {
    return await said;
  } finally {
    browser.kill();
    await once(browser, 'exit');
    page.close();
    page.closeAllConnections();
    await rm(profile, { recursive: true, maxRetries: 5 });
  }
}

async function pageServer(script: string): Promise<{ page: Server; said: Promise<string> }> {
  const files: Record<string, [type: string, content: string]> = {
    '/': ['text/html', '<script type="module" src="/script.js"></script>'],
    '/script.js': ['text/javascript', script],
    '/sdk.js': ['text/javascript', await bundleForBrowsers()],
  };
  const page = createServer();
  const said = new Promise<string>((resolve) => {
    page.on('request', (request, response) => {
      if (request.method === 'POST') text(request).then(resolve);
      const [type, content] = files[request.url ?? ''] ?? ['text/plain', ''];
      response.setHeader('content-type', type).end(content);
    });
  });
  page.listen(0, '127.0.0.1');
  await once(page, 'listening');
  return { page, said };
}
