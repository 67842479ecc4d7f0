// Turns the result of a function into an HTTP answer, by the rules of payload format 2.0.
import type { Answer } from './exchange.ts';
import { RefusedByGateway } from './gateway-responses.ts';

interface ProxyResult {
  statusCode: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

export function readEndpointAnswer(result: string): Answer {
  const value: unknown = JSON.parse(result);
  if (!isProxyResult(value)) {
    return inferred(value, result);
  }
  const status = Number(value.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RefusedByGateway('failed');
  }
  const headers = readHeaders(value.headers);
  const body = readBody(value.body, value.isBase64Encoded === true);
  if (body.length > 0) {
    headers['content-type'] ??= 'text/plain;charset=UTF-8';
  }
  return { status, headers, cookies: readCookies(value.cookies), body };
}

/** Without a status code, the result itself is the body of a 200. */
function inferred(value: unknown, result: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: typeof value === 'string' ? value : result,
  };
}

function isProxyResult(value: unknown): value is ProxyResult {
  return typeof value === 'object' && value !== null && 'statusCode' in value;
}

/** Headers that the gateway sets itself. */
const SET_BY_GATEWAY = new Set([
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
]);

function readHeaders(given: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given !== undefined && given !== null) {
    if (typeof given !== 'object' || Array.isArray(given)) {
      throw new RefusedByGateway('failed');
    }
    for (const [name, value] of Object.entries(given)) {
      const lowerCased = name.toLowerCase();
      if (!SET_BY_GATEWAY.has(lowerCased)) {
        headers[lowerCased] = String(value);
      }
    }
  }
  return headers;
}

function readCookies(given: unknown): string[] {
  if (given === undefined || given === null) {
    return [];
  }
  if (!Array.isArray(given)) {
    throw new RefusedByGateway('failed');
  }
  return given.map(String);
}

function readBody(given: unknown, isBase64Encoded: boolean): string | Buffer {
  if (given === undefined || given === null) {
    return '';
  }
  if (typeof given !== 'string') {
    throw new RefusedByGateway('failed');
  }
  return isBase64Encoded ? Buffer.from(given, 'base64') : given;
}
