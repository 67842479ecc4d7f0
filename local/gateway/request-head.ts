// Reads method, path, query and headers of a request as an HTTP API does.
import type { IncomingMessage } from 'node:http';
import type { RequestHead } from './exchange.ts';
import { RefusedByGateway } from './gateway-responses.ts';

/** Request line and headers together, in bytes. */
const LARGEST_HEAD_BYTES = 10_240;

/** Headers of the connection, which the gateway does not pass on. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function readHead(request: IncomingMessage): RequestHead {
  const method = request.method ?? 'GET';
  const target = originForm(request.url ?? '/');
  if (sizeOfHead(method, target, request.rawHeaders) > LARGEST_HEAD_BYTES) {
    throw new RefusedByGateway('headTooLarge');
  }
  const queryAt = target.indexOf('?');
  const encodedPath = queryAt < 0 ? target : target.slice(0, queryAt);
  const rawQueryString = queryAt < 0 ? '' : target.slice(queryAt + 1);
  return {
    method,
    protocol: `HTTP/${request.httpVersion}`,
    encodedPath,
    rawPath: decodePath(encodedPath),
    rawQueryString,
    queryStringParameters: rawQueryString === '' ? undefined : readQuery(rawQueryString),
    ...readHeaders(request.rawHeaders),
  };
}

/** Decodes a path or a segment. Escapes that are not UTF-8 are refused. */
export function decodePath(encoded: string): string {
  if (!encoded.includes('%')) {
    return encoded;
  }
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new RefusedByGateway('malformed');
  }
}

/** A request target may also be a whole URL, of which the path and query are used. */
function originForm(target: string): string {
  const authority = /^https?:\/\/[^/?]*/i.exec(target);
  if (authority === null) {
    return target;
  }
  const rest = target.slice(authority[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function sizeOfHead(method: string, target: string, rawHeaders: string[]): number {
  let bytes = method.length + target.length + ' '.length + ' HTTP/1.1\r\n'.length;
  for (const part of rawHeaders) {
    bytes += part.length + 2;
  }
  return bytes;
}

/** Joins the values of a repeated parameter by commas. */
function readQuery(rawQueryString: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = parameters[name];
    parameters[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return parameters;
}

function readHeaders(rawHeaders: string[]): Pick<RequestHead, 'headers' | 'cookies'> {
  const headers: Record<string, string> = Object.create(null);
  let cookies: string[] | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    if (name === 'cookie') {
      cookies = [...(cookies ?? []), ...value.split(/; */).filter((cookie) => cookie !== '')];
    } else if (!HOP_BY_HOP.has(name)) {
      const earlier = headers[name];
      headers[name] = earlier === undefined ? value : `${earlier},${value}`;
    }
  }
  return { headers, cookies };
}
