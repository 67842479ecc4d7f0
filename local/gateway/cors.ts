// The headers that let web pages of other origins call, which the gateway adds when the API is configured for them.
import type { Cors } from '../assembly/deployment.ts';
import type { Answer, RequestHead } from './exchange.ts';

/** A browser's question whether a page may send a request. */
export function isPreflight({ method, headers }: RequestHead): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/** What the gateway says of a preflight that no route matches, before {@link withCors}. */
export function preflightAnswer(): Answer {
  return { status: 204, headers: {}, cookies: [], body: '' };
}

/** The headers of the configuration replace those that the endpoint set. */
export function withCors(cors: Cors, head: RequestHead, answer: Answer): Answer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const shared = allows(cors, head.headers.origin) ? corsHeaders(cors, head) : {};
  return {
    ...answer,
    headers: Object.fromEntries([...own, ...Object.entries(shared).filter(([, value]) => value !== '')]),
  };
}

function allows({ allowOrigins }: Cors, origin: string | undefined): boolean {
  if (origin === undefined) {
    return false;
  }
  const asked = origin.toLowerCase();
  return allowOrigins.some((allowed) => allowed === '*' || allowed.toLowerCase() === asked);
}

function corsHeaders(cors: Cors, head: RequestHead): Record<string, string> {
  const { origin = '' } = head.headers;
  return {
    'access-control-allow-origin': cors.allowOrigins.includes('*') ? '*' : origin,
    'access-control-expose-headers': cors.exposeHeaders.join(','),
    'access-control-allow-credentials': cors.allowCredentials ? 'true' : '',
    ...(isPreflight(head)
      ? {
          'access-control-allow-methods': cors.allowMethods.join(','),
          'access-control-allow-headers': cors.allowHeaders.join(','),
          'access-control-max-age': String(cors.maxAgeSeconds ?? ''),
        }
      : {}),
  };
}
