// Creates the exchange of a request that has arrived.
import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.ts';
import { newRequestId, newTraceId } from './ids.ts';
import { readHead } from './request-head.ts';

export function beginExchange(request: IncomingMessage): Exchange {
  const head = readHead(request);
  const sourceIp = request.socket.remoteAddress ?? '';
  addForwardingHeaders(head.headers, sourceIp, request.socket.localPort);
  return {
    requestId: newRequestId(),
    receivedAt: new Date(),
    startedAtMs: performance.now(),
    sourceIp,
    head,
    route: undefined,
    pathParameters: undefined,
    authorizer: undefined,
    authorizerContext: undefined,
    integration: undefined,
    errorMessage: undefined,
  };
}

function addForwardingHeaders(
  headers: Record<string, string>,
  sourceIp: string,
  port: number | undefined,
): void {
  const earlier = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = earlier === undefined ? sourceIp : `${earlier}, ${sourceIp}`;
  headers['x-forwarded-port'] = String(port ?? '');
  headers['x-forwarded-proto'] = 'http';
  headers['x-amzn-trace-id'] ??= newTraceId();
}
