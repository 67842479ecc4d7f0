// One request and its whole answer, within a time limit and until the caller cancels.
import { setAlarm } from './alarm.ts';
import { ConnectionError, MoonbornError, TimeoutError, UsageError } from './errors.ts';
import type { FetchRequest } from './fetch.ts';
import type { CancelSignal, Settings } from './options.ts';

export type Request = Omit<FetchRequest, 'signal' | 'redirect'> & { url: string };

export interface Answer {
  ok: boolean;
  status: number;
  text: string;
  /** Undefined when the body is not JSON. */
  json: unknown;
  requestId: string | undefined;
  header(name: string): string | null;
}

export async function exchange(
  settings: Settings,
  request: Request,
  timeoutMs: number,
  signal: CancelSignal | undefined,
): Promise<Answer> {
  const subject = `${request.method} ${request.url}`;
  const abort = new AbortController();
  const alarm = setAlarm(timeoutMs, signal);
  const timeout = alarm.rang.then(() => {
    const message = `${subject} was not answered within ${Math.ceil(timeoutMs)} ms.`;
    throw new TimeoutError(message, { code: 'timed_out' });
  });
  try {
    // A race, because not every fetch and every body listens to its signal.
    return await Promise.race([send(settings, request, abort.signal), timeout]);
  } catch (cause) {
    if (signal?.aborted || cause instanceof MoonbornError) throw cause;
    const message = withoutKey(`${subject} got no whole answer (${reasonOf(cause)}).`, settings);
    throw new ConnectionError(message, { code: 'connection_failed', cause });
  } finally {
    alarm.off();
    abort.abort();
  }
}

async function send(settings: Settings, request: Request, signal: AbortSignal): Promise<Answer> {
  // Held by itself, since browsers refuse a fetch that is called as a method of something else.
  const fetch = settings.fetch ?? globalThis.fetch;
  if (!fetch) throw new UsageError('This runtime has no fetch: pass one as `fetch`.');

  const { url, ...init } = request;
  const response = await fetch(url, { ...init, redirect: 'manual', signal });
  const header = (name: string) => response.headers.get(name);
  const body = await response.text();
  const text = response.ok ? body : withoutKey(body, settings);
  return {
    ok: response.ok,
    status: response.status,
    text,
    json: parsed(text),
    requestId: header('x-request-id') ?? header('apigw-requestid') ?? undefined,
    header,
  };
}

// An error page or a message may repeat what was sent.
function withoutKey(text: string, { apiKey }: Settings): string {
  return text.replaceAll(apiKey, '[API key]');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Node says only "fetch failed", and why in the cause.
function reasonOf(error: unknown): string {
  const { cause, message } = (error ?? {}) as { cause?: { code?: string }; message?: string };
  return cause?.code ?? message ?? String(error);
}
