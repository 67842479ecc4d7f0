// A server that speaks as much HTTP as a test wants, on a real socket, and behaves as badly as the test asks for.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { crc32 } from 'node:zlib';

export interface ReceivedRequest {
  readonly socket: Socket;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** From 1, over all connections. */
  readonly nth: number;
}

export type Behaviour = (request: ReceivedRequest) => void;

export class FaultyServer {
  /** Decides on each request. */
  behaviour: Behaviour = answers('{}');
  readonly requests: ReceivedRequest[] = [];
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  constructor(certificate?: { readonly key: string; readonly cert: string }) {
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server = certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
    this.#server.on('connection', (socket) => this.sockets.push(socket));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Forgets what came, and ends all connections. */
  reset(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.requests.length = 0;
    for (const socket of this.sockets.splice(0)) {
      socket.destroy();
    }
  }

  async close(): Promise<void> {
    this.reset(this.behaviour);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let received = '';
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
      const end = received.indexOf('\r\n\r\n');
      const headers = headersIn(received.slice(0, end));
      const whole = end + 4 + Number(headers.get('content-length'));
      if (end > 0 && received.length >= whole) {
        const body = Buffer.from(received.slice(end + 4, whole), 'latin1').toString();
        received = received.slice(whole);
        const request = { socket, headers, body, nth: this.requests.length + 1 };
        this.requests.push(request);
        this.behaviour(request);
      }
    });
  }
}

function headersIn(head: string): Map<string, string> {
  const lines = head.split('\r\n').slice(1);
  return new Map(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')]),
  );
}

export interface AnswerOptions {
  readonly status?: number;
  readonly headers?: readonly string[];
}

/** As DynamoDB answers, with its checksum. */
export function answers(body: string, { status = 200, headers = [] }: AnswerOptions = {}): Behaviour {
  return ({ socket }) =>
    socket.write(answer(body, { status, headers: [`x-amz-crc32: ${crc32(body)}`, ...headers] }));
}

export function answer(body: string, { status = 200, headers = [] }: AnswerOptions = {}): string {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return [
    `HTTP/1.1 ${status} Status`,
    'content-type: application/x-amz-json-1.0',
    length,
    ...headers,
    '',
    body,
  ].join('\r\n');
}

/** Writes text as it is. */
export function writes(text: string): Behaviour {
  return ({ socket }) => socket.write(text);
}

/** Refuses in DynamoDB's words. */
export function refuses(name: string, options: AnswerOptions = {}): Behaviour {
  const type = `com.amazonaws.dynamodb.v20120810#${name}`;
  return answers(JSON.stringify({ __type: type, message: 'no' }), { status: 400, ...options });
}

export const resets: Behaviour = ({ socket }) => socket.resetAndDestroy();
export const hangs: Behaviour = () => {};
export const closes: Behaviour = ({ socket }) => socket.end();

/** The first requests meet one behaviour, all others the last. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  return (request) => behaviours[Math.min(request.nth, behaviours.length) - 1]?.(request);
}
