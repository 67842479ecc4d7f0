// What callers are told of each attempt: a line of the log, the wait before a retry, a rate limit that is nearly used up.

import type { Answer } from './answer.ts';
import { environment } from './environment.ts';
import type { MoonbornError } from './errors.ts';
import { checkedFunction, mustBe } from './usage.ts';

const levels = ['off', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

/** `console`, or anything like it. */
export interface Logger {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

export interface Retry {
  /** The number of the attempt that failed, from 1. */
  attempt: number;
  /** The wait before the next attempt. */
  delayMs: number;
  error: MoonbornError;
}

export interface NearCap {
  /** Requests that are left in this window. */
  remaining: number;
  /** Seconds until the next window begins. */
  resetIn: number;
}

export interface WatchOptions {
  /** Takes a line for each attempt: method, path, status, duration, number of the attempt, request id. Default: `console`. */
  logger?: Logger | undefined;
  /** The least important lines to log. Default: `MOONBORN_LOG` of the environment, else `off`. */
  logLevel?: LogLevel | undefined;
  /** Called before each wait for another attempt. Not waited for; what it throws is ignored. */
  onRetry?: ((retry: Retry) => unknown) | undefined;
  /** Called when less than a tenth of the rate limit remains, once in a window. Not waited for; what it throws is ignored. */
  onRateLimitNearCap?: ((state: NearCap) => unknown) | undefined;
}

/** One request, and what came of it. */
export interface Attempt {
  /** The path is without the query. */
  operation: { method: string; path: string };
  attempt: number;
  durationMs: number;
  answer: Pick<Answer, 'status' | 'requestId' | 'rateLimit' | 'dateMs'> | undefined;
  failure: MoonbornError | undefined;
  /** Until the next attempt; undefined when there is none. */
  delayMs: number | undefined;
}

export type Watch = (attempt: Attempt) => void;

export function watchOf(options: WatchOptions): Watch {
  const logger = options.logger ?? console;
  const level = options.logLevel ?? (environment('MOONBORN_LOG') || 'off');
  const most = levels.indexOf(level as LogLevel);
  if (most < 0) throw mustBe('logLevel or MOONBORN_LOG', `one of ${levels.join(', ')}`, level);
  if (typeof logger?.info !== 'function') throw mustBe('logger', 'an object like console', logger);
  const onRetry = checkedFunction('onRetry', options.onRetry);
  const onRateLimitNearCap = checkedFunction('onRateLimitNearCap', options.onRateLimitNearCap);
  let toldOfMs = 0;

  return ({ operation: { method, path }, attempt, durationMs, answer, failure, delayMs }) => {
    const { status = failure?.code, requestId, rateLimit, dateMs = Date.now() } = answer ?? {};
    const level = levelOf(failure, delayMs);
    if (levels.indexOf(level) <= most) {
      const outcome = `${method} ${path} ${status} in ${Math.round(durationMs)} ms, attempt ${attempt}`;
      // Not a method on its own: a logger may need its `this`.
      tell((line) => logger[level](line), `moonborn: ${outcome}${requestId ? `, request ${requestId}` : ''}`);
    }
    if (rateLimit) {
      const { limit, remaining } = rateLimit;
      const resetMs = rateLimit.resetAt.getTime();
      if (remaining < limit / 10 && resetMs > toldOfMs) {
        toldOfMs = resetMs;
        tell(onRateLimitNearCap, { remaining, resetIn: Math.max(0, resetMs - dateMs) / 1000 });
      }
    }
    if (failure && delayMs !== undefined) tell(onRetry, { attempt, delayMs, error: failure });
  };
}

function levelOf(failure: MoonbornError | undefined, delayMs: number | undefined): 'error' | 'warn' | 'info' {
  if (!failure) return 'info';
  return delayMs === undefined && !/^4/.test(`${failure.status}`) ? 'error' : 'warn';
}

// The caller's own code, which must not break a call: neither when it throws nor when its promise fails.
function tell<Told>(listener: ((told: Told) => unknown) | undefined, told: Told): void {
  new Promise((resolve) => resolve(listener?.(told))).catch(() => {});
}
