// Speaks HTTP to a local stack: properly, and byte by byte where a client library would be too polite.
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Echo {
  event: {
    [field: string]: unknown;
    headers: Record<string, string>;
    requestContext: {
      http: Record<string, string>;
      authorizer?: { lambda: Record<string, unknown> };
    } & Record<string, unknown>;
  };
  context: Record<string, string>;
  environment: Record<string, string>;
  threadId: number;
  handled: number;
}

export async function echo(baseUrl: string, path: string, init: RequestInit = {}): Promise<Echo> {
  const response = await fetch(baseUrl + path, init);
  return (await response.json()) as Echo;
}

/** Sends these very bytes on a connection of their own, and returns all that comes back. */
export async function sendRaw(baseUrl: string, request: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

export function bodyOf(rawAnswer: string): string {
  return rawAnswer.slice(rawAnswer.indexOf('\r\n\r\n') + 4);
}
