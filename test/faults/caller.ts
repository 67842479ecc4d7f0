// A caller of the API: one attempt, or as many as it takes to be answered.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../functions/sessions/session.ts';
import type { Turn } from '../../functions/sessions/turn.ts';
import type { SessionChanges } from '../../functions/sessions/update.ts';
import type { Tenant } from './faulty-stack.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
}

/** Longer than any function may take. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 5;
/** With one call in ten failing, so many failures in a row mean that something is broken. */
const ATTEMPTS_MAX = 60;

export async function call(
  baseUrl: string,
  { apiKey }: Pick<Tenant, 'apiKey'>,
  method: string,
  path: string,
  { headers = {}, json, raw }: CallOptions = {},
): Promise<Reply> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined && raw === undefined ? {} : { body: raw ?? JSON.stringify(json) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export function start(baseUrl: string, tenant: Tenant, key?: string, title?: string): Promise<Reply> {
  const { personaId } = tenant;
  return call(baseUrl, tenant, 'POST', `/v1/personas/${personaId}/chat/sessions`, {
    headers: key === undefined ? {} : { 'idempotency-key': key },
    json: { personaId, ...(title === undefined ? {} : { title }) },
  });
}

export const getSession = (baseUrl: string, tenant: Pick<Tenant, 'apiKey'>, id: string) =>
  call(baseUrl, tenant, 'GET', `/v1/chat/sessions/${id}`);

export const endSession = (baseUrl: string, tenant: Tenant, id: string) =>
  call(baseUrl, tenant, 'POST', `/v1/chat/sessions/${id}/end`);

export const recordTurn = (baseUrl: string, tenant: Tenant, id: string, turn: Turn) =>
  call(baseUrl, tenant, 'POST', `/v1/chat/sessions/${id}/turns`, { json: turn });

export const updateSession = (baseUrl: string, tenant: Tenant, id: string, changes: SessionChanges) =>
  call(baseUrl, tenant, 'PATCH', `/v1/chat/sessions/${id}`, { json: changes });

export const deleteSession = (baseUrl: string, tenant: Tenant, id: string) =>
  call(baseUrl, tenant, 'DELETE', `/v1/chat/sessions/${id}`);

export const listOwnSessions = (baseUrl: string, tenant: Tenant, query = '') =>
  call(baseUrl, tenant, 'GET', `/v1/chat/sessions${query}`);

export const listSessions = (baseUrl: string, tenant: Tenant, query = '') =>
  call(baseUrl, tenant, 'GET', `/v1/personas/${tenant.personaId}/chat/sessions${query}`);

export interface Settled {
  readonly reply: Reply;
  readonly attempts: number;
}

/** Tries again after a lost answer, a 429 and a 5xx. */
export async function untilAnswered(attempt: () => Promise<Reply>): Promise<Settled> {
  for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts += 1) {
    const reply = await attempt().catch(() => undefined);
    if (reply !== undefined && reply.status !== 429 && reply.status < 500) {
      return { reply, attempts };
    }
    await sleep(PAUSE_MS);
  }
  throw new Error(`No answer after ${ATTEMPTS_MAX} attempts`);
}

export function sessionIn({ status, text }: Reply): Session {
  if (status !== 201 && status !== 200) {
    throw new Error(`Expected a session, got ${status}: ${text}`);
  }
  const body = JSON.parse(text);
  return body.session ?? body;
}

/** @returns what each turn came to, with so many under way at once. */
export async function inParallel<T>(
  count: number,
  width: number,
  turn: (position: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const position = next;
      next += 1;
      results[position] = await turn(position);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
  return results;
}
