// The socket of the gateway. It is opened first, so that a port in use is reported before any work is done.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HandleRequest } from './gateway.ts';
import { gatewayResponses } from './gateway-responses.ts';

export interface Listener {
  baseUrl: string;
  /** Requests before this are answered with 503. */
  handWith(handle: HandleRequest): void;
  /** Accepts no more requests, and waits a few seconds for those in progress. */
  close(): Promise<void>;
}

class PortTaken extends Error {
  constructor(port: number, cause: unknown) {
    super(
      `Port ${port} is taken by another process. Stop it, or choose another port: npm start -- --port 8788`,
      {
        cause,
      },
    );
  }
}

/** Well above the limit of the gateway, so that the gateway answers 431 before Node closes the connection. */
const PARSER_HEAD_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 350_000;
const CLOSING_GRACE_MS = 5_000;
const CLOSING_PAUSE_MS = 20;

export async function listen(port: number): Promise<Listener> {
  let handle: HandleRequest = (_request, response) => answerNotReady(response);
  const server = createServer(
    { maxHeaderSize: PARSER_HEAD_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => handle(request, response),
  );
  server.on('clientError', answerMalformed);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new PortTaken(port, error);
    }
    throw new Error(`Cannot listen on port ${port}: ${(error as Error).message}`, { cause: error });
  }
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handWith(next) {
      handle = next;
    },
    async close() {
      if (!server.listening) {
        return;
      }
      const closed = once(server, 'close');
      server.close();
      const idle = setInterval(() => server.closeIdleConnections(), CLOSING_PAUSE_MS);
      const grace = setTimeout(() => server.closeAllConnections(), CLOSING_GRACE_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(grace);
    },
  };
}

function answerNotReady(response: ServerResponse): void {
  const { status, headers, body } = gatewayResponses.unavailable();
  response.writeHead(status, { ...headers, 'retry-after': '1' }).end(body);
}

/** Answers bytes that cannot be parsed as an HTTP request. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, headers, body } = tooLarge ? gatewayResponses.headTooLarge() : gatewayResponses.malformed();
  const reason = tooLarge ? 'Request Header Fields Too Large' : 'Bad Request';
  const type = headers['content-type'];
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
