// Writes an answer to the client.
import type { ServerResponse } from 'node:http';
import type { Answer } from './exchange.ts';
import { gatewayResponses } from './gateway-responses.ts';

/** @returns the answer that was sent: a 500 when a function returned headers that HTTP does not allow. */
export function sendAnswer(response: ServerResponse, requestId: string, answer: Answer): Answer {
  try {
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.cookies.length > 0 ? { 'set-cookie': answer.cookies } : {}),
      ...(hasNoBody(answer.status) ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
      'apigw-requestid': requestId,
    });
  } catch {
    return sendAnswer(response, requestId, gatewayResponses.failed());
  }
  response.end(hasNoBody(answer.status) ? undefined : answer.body);
  return answer;
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
