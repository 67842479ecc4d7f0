// The request and response headers of the API, by name, for the CORS configuration.

/** The request headers that operations read. */
export const requestHeaders = ['authorization', 'content-type', 'idempotency-key'] as const;

/** The response headers that a browser hides from a web page unless CORS exposes them. */
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
