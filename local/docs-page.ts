// The reference page of the local stack at /docs: the OpenAPI document in Scalar's viewer, with the demo key filled in.
import { createReadStream, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The credentials for calls from the page. */
export interface DocsPageCredentials {
  readonly apiKey: string;
}

/** @returns whether the request was for the page, and has been answered. */
export type AnswerDocsPage = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Lets the page connect to no other host, even if the viewer tries to. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const JSON_TYPE = 'application/json';

/** Against DNS rebinding: a foreign site whose name resolves to this machine could read the key from the page. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** @param credentials called at each view, since the page is available before the demo data. */
export function docsPage(credentials: () => DocsPageCredentials | undefined): AnswerDocsPage {
  const answers: Readonly<Record<string, (response: ServerResponse, host: string) => unknown>> = {
    '/docs': (response) => sendFile(response, HTML, own('page.html')),
    '/docs/page.css': (response) => sendFile(response, STYLE, own('page.css')),
    '/docs/page.js': (response) => sendFile(response, SCRIPT, own('page.js')),
    '/docs/viewer.js': (response) =>
      viewerScript().then(
        (script) => send(response, 200, SCRIPT, script),
        (error: Error) => send(response, 500, 'text/plain', error.message),
      ),
    '/docs/openapi.json': (response, host) => send(response, 200, JSON_TYPE, documentServedAt(host)),
    '/docs/credentials.json': (response) =>
      send(response, 200, JSON_TYPE, JSON.stringify({ apiKey: credentials()?.apiKey ?? null })),
  };
  return (request, response) => {
    if (isBrowserAtTheRoot(request)) {
      response.writeHead(302, { location: '/docs', 'cache-control': 'no-store' }).end();
      return true;
    }
    const answer = answers[pathOf(request)];
    if (answer === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return false;
    }
    const { host = '' } = request.headers;
    if (!OWN_HOST.test(host)) {
      send(response, 403, 'text/plain', 'Open this page as http://127.0.0.1 or http://localhost.\n');
    } else {
      answer(response, host);
    }
    return true;
  };
}

/** Other callers get what the API answers, which has nothing there. */
function isBrowserAtTheRoot(request: IncomingMessage): boolean {
  const { accept = '' } = request.headers;
  return request.method === 'GET' && pathOf(request) === '/' && accept.includes('text/html');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const path = url.split('?', 1)[0] ?? '';
  return path === '/docs/' ? '/docs' : path;
}

/**
 * The committed document, with the stack that serves it as the only server, on its own port; and without the example of an
 * idempotency key: the viewer takes that for one of a few fixed UUIDs, so that a start could answer with an earlier session.
 */
function documentServedAt(host: string): string {
  const file = new URL('../docs/openapi/openapi.json', import.meta.url);
  const document = JSON.parse(readFileSync(file, 'utf8'));
  delete document.components.parameters.IdempotencyKey.schema.examples;
  return JSON.stringify({
    ...document,
    servers: [{ url: `http://${host}`, description: 'This local stack' }],
  });
}

const own = (name: string) => new URL(`./docs-page/${name}`, import.meta.url);

/**
 * The viewer for browsers. Scalar's plugin for Fastify has it with few dependencies, as a route. That is all the plugin uses of
 * Fastify, which is not installed.
 */
async function viewerScript(): Promise<string> {
  const { default: addRoutes } = await import('@scalar/fastify-api-reference');
  const scripts: string[] = [];
  const reply = { header: () => reply, send: (script: string) => scripts.push(script) };
  const route = ({ url, handler }: { url: string; handler: (request: unknown, to: object) => void }) =>
    url.endsWith('/scalar.js') && handler(undefined, reply);
  addRoutes({ route }, { configuration: { url: '/docs/openapi.json' } }, () => undefined);
  if (scripts[0] === undefined) {
    throw new Error('@scalar/fastify-api-reference has no route for its script, or answers it later.');
  }
  return scripts[0];
}

function sendFile(response: ServerResponse, type: string, file: string | URL): void {
  writeHead(response, 200, type);
  createReadStream(file)
    .on('error', (error) => response.destroy(error))
    .pipe(response);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  writeHead(response, status, type).end(body);
}

function writeHead(response: ServerResponse, status: number, type: string): ServerResponse {
  return response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}
