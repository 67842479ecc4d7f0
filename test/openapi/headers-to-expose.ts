// The headers of an answer that a web page of another origin sees only when it is told so.

/** Shown to every page (Fetch standard, "CORS-safelisted response-header name"). */
const SAFELISTED = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/** These end with the connection, so that no page sees them. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

export function headersToExpose(headers: Headers): string[] {
  return [...headers.keys()].filter(
    (name) => !(SAFELISTED.has(name) || OF_THE_CONNECTION.has(name) || name.startsWith('access-control-')),
  );
}
