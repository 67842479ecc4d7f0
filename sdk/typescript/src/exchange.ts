// One request and its whole answer, within a time limit and until the caller cancels.
import { setAlarm } from './alarm.ts';
import { ConnectionError, MoonbornError, TimeoutError, UsageError } from './errors.ts';
import type { FetchRequest } from './fetch.ts';
import type { CancelSignal, Settings } from './options.ts';
import { messageOf, show } from './usage.ts';

export type Request = Omit<FetchRequest, 'signal' | 'redirect' | 'cache'> & { url: string };

export interface Answer {
  ok: boolean;
  status: number;
  text: string;
  /** Undefined when the body is not JSON. */
  json: unknown;
  requestId: string | undefined;
  contentType: string | null;
  retryAfter: string | null;
  /** The server's clock; undefined when the answer does not tell it. */
  dateMs: number | undefined;
}

export async function exchange(
  settings: Settings,
  request: Request,
  timeoutMs: number,
  signal: CancelSignal | undefined,
): Promise<Answer> {
  const subject = `${request.method} ${request.url}`;
  const alarm = setAlarm(timeoutMs, signal);
  let abort: AbortController | undefined;
  try {
    const timeout = alarm.rang.then(() => {
      const message = `${subject} was not answered within ${Math.ceil(timeoutMs)} ms.`;
      throw new TimeoutError(message, { code: 'timed_out' });
    });
    abort = new AbortController();
    // A race, because not every fetch and every body listens to its signal.
    return await Promise.race([send(settings, request, abort.signal), timeout]);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof MoonbornError || isOfNextJs(cause)) throw cause;
    const message = withoutKey(`${subject} got no whole answer (${reasonOf(cause)}).`, settings);
    throw new ConnectionError(message, { code: 'connection_failed', cause });
  } finally {
    alarm.off();
    abort?.abort();
  }
}

async function send(settings: Settings, request: Request, signal: AbortSignal): Promise<Answer> {
  // Held by itself, since browsers refuse a fetch that is called as a method of something else.
  const fetch = settings.fetch ?? globalThis.fetch;
  if (!fetch) throw new UsageError('This runtime has no fetch: pass one as `fetch`.');

  const { url, ...init } = request;
  const response = await fetch(url, { ...init, ...uncached(), redirect: 'manual', signal });
  const header = (name: string) => response.headers.get(name);
  const body = await response.text();
  const text = response.ok ? body : withoutKey(body, settings);
  return {
    ok: response.ok,
    status: response.status,
    text,
    json: parsed(text),
    requestId: header('x-request-id') ?? header('apigw-requestid') ?? undefined,
    contentType: header('content-type'),
    retryAfter: header('retry-after'),
    dateMs: Date.parse(header('date') ?? '') || undefined,
  };
}

// Next.js 13 and 14 keep what they are not told to forget. Older Cloudflare workers refuse the option, and then
// their requests do not have the property either.
function uncached(): { cache?: 'no-store' } {
  const { Request } = globalThis;
  return Request && 'cache' in Request.prototype ? { cache: 'no-store' } : {};
}

// No failure: Next.js stops the rendering of a static page so, and must see its own error to render it for each request.
function isOfNextJs(error: unknown): boolean {
  return typeof (error as { digest?: unknown } | null | undefined)?.digest === 'string';
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
  const { cause } = (error ?? {}) as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : (messageOf(error) ?? show(error));
}
