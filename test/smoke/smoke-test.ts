// What must hold of every deployment: a session starts once, is read, listed, ended and deleted, and strangers are refused.
import { type AssertionError, equal, match, ok } from 'node:assert/strict';
import { v7 as uuidv7 } from 'uuid';

export interface Target {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly personaId: string;
}

/** What was expected of which step; the message is for whoever deployed. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever came, which the steps look into
  readonly body: any;
}

/** Longer than any function may take, and shorter than a person waits. */
const PATIENCE_MS = 15_000;

/** @param report told of each step that went well */
export async function smokeTest(target: Target, report: (line: string) => void): Promise<void> {
  const call = caller(target);
  const sessions = `/v1/personas/${encodeURIComponent(target.personaId)}/chat/sessions`;
  const start = {
    headers: { 'idempotency-key': uuidv7() },
    json: { personaId: target.personaId, title: 'Smoke test' },
  };
  let started: Answer | undefined;
  const session = () => `/v1/chat/sessions/${started?.body.session.sessionId}`;

  async function step(what: string, check: () => Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      throw new StepFailed(`FAILED: ${what}: ${(error as AssertionError).message}`, { cause: error });
    }
    report(`ok: ${what}`);
  }

  try {
    await step('a session starts', async () => {
      const answer = await call('POST', sessions, start);
      expectStatus(answer, 201);
      equal(answer.body.session.personaId, target.personaId);
      equal(answer.body.session.status, 'active');
      started = answer;
    });
    await step('the same start again is answered the same', async () => {
      const answer = await call('POST', sessions, start);
      expectStatus(answer, 201);
      equal(answer.text, started?.text);
      equal(answer.headers.get('idempotent-replayed'), 'true');
    });
    await step('it can be read', async () => {
      const answer = await call('GET', session());
      expectStatus(answer, 200);
      equal(answer.body.sessionId, started?.body.session.sessionId);
    });
    await step('it is in the list', async () => {
      const answer = await call('GET', `${sessions}?limit=100`);
      expectStatus(answer, 200);
      const ids = answer.body.items.map(({ sessionId }: { sessionId: string }) => sessionId);
      ok(ids.includes(started?.body.session.sessionId), 'the first page does not hold it');
    });
    await step('it ends, once', async () => {
      for (const alreadyEnded of [false, true]) {
        const answer = await call('POST', `${session()}/end`);
        expectStatus(answer, 200);
        equal(answer.body.alreadyEnded, alreadyEnded);
        equal(answer.body.session.status, 'ended');
      }
    });
    await step('it is deleted, and gone', async () => {
      expectStatus(await call('DELETE', session()), 204);
      expectError(await call('GET', session()), 404, 'not_found');
      started = undefined;
    });
    await step('nobody is let in without credentials', async () => {
      expectError(await call('GET', sessions, { apiKey: undefined }), 401, 'unauthorized');
    });
    await step('a mistyped key is refused', async () => {
      expectError(await call('GET', sessions, { apiKey: `${target.apiKey}x` }), 401, 'unauthorized');
    });
    await step('an unknown path is answered in the envelope', async () => {
      expectError(await call('GET', '/v1/no-such-path'), 404, 'not_found');
    });
  } finally {
    if (started !== undefined) {
      await call('DELETE', session()).catch(() => undefined);
    }
  }
}

interface CallOptions {
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

function caller(target: Target) {
  return async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { apiKey, headers, json } = { apiKey: target.apiKey, ...options };
    const response = await fetch(target.baseUrl + path, {
      method,
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    // Proxies and emulators label even the empty body of a 204.
    const isJson =
      text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
}

function expectStatus({ status, headers, text }: Answer, expected: number): void {
  equal(status, expected, `expected ${expected}, got ${status}: ${text.slice(0, 300)}`);
  match(headers.get('x-request-id') ?? '', /./, 'the answer has no x-request-id');
}

function expectError(answer: Answer, status: number, code: string): void {
  expectStatus(answer, status);
  equal(answer.body?.error?.code, code);
  match(answer.body.error.message, /./);
}
