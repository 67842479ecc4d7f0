// The address that `npm start` prints, opened in a browser.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsPage } from '../../local/docs-page.ts';

const answerPage = docsPage(() => undefined);
const server = createServer((request, response) => {
  if (!answerPage(request, response)) {
    response.writeHead(404).end();
  }
});
let baseUrl: string;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

describe('The root of the local stack', () => {
  it('leads a browser to the reference page', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const answer = await fetch(baseUrl, { headers });
    expect(answer.url).toBe(`${baseUrl}/docs`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<html');
  });

  it.each([
    ['a program', { headers: { accept: 'application/json' } }],
    ['a program that takes anything', {}],
    ['a form of a web page', { method: 'POST', headers: { accept: 'text/html' } }],
  ])('is the API’s for %s', async (_caller, request) => {
    expect((await fetch(baseUrl, { ...request, redirect: 'manual' })).status).toBe(404);
  });
});
