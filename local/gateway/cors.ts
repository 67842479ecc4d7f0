// The CORS headers that the gateway adds when the API has a CORS configuration.
import type { Cors } from '../assembly/deployment.ts';
import type { Answer, RequestHead } from './exchange.ts';

/** Whether a request is a CORS preflight of a browser. */
export function isPreflight({ method, headers }: RequestHead): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/** The gateway's answer to a preflight without a matching route, before {@link withCors}. */
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
