// One request and its whole answer, within a time limit and until the caller cancels.
import { untilAlarm } from './alarm.ts';
import type { Answer } from './answer.ts';
import type { CancelSignal } from './cancel-signal.ts';
import { APIConnectionError, APITimeoutError, MoonbornError, UsageError } from './errors.ts';
import type { FetchRequest } from './fetch.ts';
import type { Settings } from './options.ts';
import { rateLimitOf } from './rate-limit.ts';
import { orUndefined, reasonOf } from './usage.ts';

export type Request = Omit<FetchRequest, 'signal' | 'redirect' | 'cache'>;

/** Whatever the work does, it ends in time, and its failure is an error of the SDK's or the caller's reason to cancel. */
export async function withinLimit<Result>(
  settings: Settings,
  subject: string,
  timeoutMs: number,
  signal: CancelSignal | undefined,
  work: (abort: AbortSignal) => Promise<Result>,
): Promise<Result> {
  let abort: AbortController | undefined;
  try {
    abort = new AbortController();
    const timedOut = async () => {
      const message = `${subject} was not answered within ${Math.ceil(timeoutMs)} ms.`;
      throw new APITimeoutError(message, { code: 'timed_out' });
    };
    // By an alarm of its own, because not every fetch and every body listens to its signal.
    return await untilAlarm(timeoutMs, signal, timedOut, work(abort.signal));
  } catch (cause) {
    if (cause instanceof MoonbornError || isOfNextJs(cause)) throw cause;
    const message = settings.withoutKeys(
      `${subject} got no whole answer (${codeOf(cause) ?? reasonOf(cause)}).`,
    );
    throw new APIConnectionError(message, { code: 'connection_failed', cause });
  } finally {
    abort?.abort();
  }
}

export async function send(
  settings: Settings,
  url: string,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  // Held by itself, since browsers refuse a fetch that is called as a method of something else.
  const fetch = settings.fetch ?? globalThis.fetch;
  if (!fetch) throw new UsageError('This runtime has no fetch: pass one as `fetch`.');

  const response = await fetch(url, { ...request, ...uncached(), redirect: 'manual', signal });
  const { headers } = response;
  const header = (name: string) => headers.get(name);
  const requestId = header('x-request-id') ?? header('apigw-requestid');
  const body = await response.text();
  const text = response.ok ? body : settings.withoutKeys(body);
  return {
    ok: response.ok,
    status: response.status,
    text,
    json: orUndefined(() => JSON.parse(text)),
    headers,
    requestId: settings.withoutKeys(requestId ?? '') || undefined,
    dateMs: Date.parse(header('date') ?? '') || undefined,
    rateLimit: rateLimitOf(headers),
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

// Node says only "fetch failed", and why in the cause.
function codeOf(error: unknown): string | undefined {
  const code = (error as { cause?: { code?: unknown } } | null | undefined)?.cause?.code;
  return typeof code === 'string' ? code : undefined;
}
