// Cross-origin answers, given by the gateway when the API is configured for them: they replace the endpoint's own.
import type { Cors } from '../assembly/deployment.ts';
import type { Answer, RequestHead } from './exchange.ts';

export function preflightAnswer(cors: Cors, { method, headers }: RequestHead): Answer | undefined {
  if (method !== 'OPTIONS' || headers.origin === undefined) {
    return undefined;
  }
  if (headers['access-control-request-method'] === undefined) {
    return undefined;
  }
  const allowed = corsHeaders(cors, headers.origin);
  if (allowed['access-control-allow-origin'] !== undefined) {
    allowed['access-control-allow-methods'] = cors.allowMethods.join(',');
    allowed['access-control-allow-headers'] = cors.allowHeaders.join(',');
    if (cors.maxAgeSeconds !== undefined) {
      allowed['access-control-max-age'] = String(cors.maxAgeSeconds);
    }
  }
  return { status: 204, headers: dropEmpty(allowed), cookies: [], body: '' };
}

export function withCors(cors: Cors, origin: string | undefined, answer: Answer): Answer {
  if (origin === undefined) {
    return answer;
  }
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(own), ...dropEmpty(corsHeaders(cors, origin)) } };
}

function corsHeaders(cors: Cors, origin: string): Record<string, string> {
  const anyOrigin = cors.allowOrigins.includes('*');
  if (!anyOrigin && !cors.allowOrigins.some((allowed) => allowed.toLowerCase() === origin.toLowerCase())) {
    return {};
  }
  return {
    'access-control-allow-origin': anyOrigin ? '*' : origin,
    'access-control-expose-headers': cors.exposeHeaders.join(','),
    ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

function dropEmpty(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}
