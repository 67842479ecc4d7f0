// The headers that callers send and are sent, by name: what web pages of other origins may use.

/** What the operations read of a request. */
export const requestHeaders = ['authorization', 'content-type', 'idempotency-key'] as const;

/** What answers carry beside the headers that a browser shows to every page, such as `content-type`. */
export const answerHeaders = [
  'x-request-id',
  'apigw-requestid',
  'idempotent-replayed',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'retry-after',
  'date',
] as const;
