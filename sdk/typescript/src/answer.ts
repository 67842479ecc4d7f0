// An answer as it was read: whole, and with the keys taken out of its text where it is an error.
import type { AnswerHeaders } from './fetch.ts';
import type { RateLimit } from './rate-limit.ts';

export interface Answer {
  ok: boolean;
  status: number;
  text: string;
  /** Undefined when the body is not JSON. */
  json: unknown;
  headers: AnswerHeaders;
  requestId: string | undefined;
  /** The server's clock; undefined when the answer does not tell it. */
  dateMs: number | undefined;
  rateLimit: RateLimit | null;
}
