// Stands where DynamoDB would, on a real socket, and behaves as badly as a test asks for.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An answer of DynamoDB: JSON with a status. */
export function answers(status: number, body: unknown): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function failsWith(status: number, error: string): Behaviour {
  return answers(status, { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: 'no' });
}

export const resets: Behaviour = (request) => {
  request.socket.resetAndDestroy();
};

export const hangs: Behaviour = () => {};

/** The status and a part of the body arrive, the rest never does. */
export const breaksOff: Behaviour = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '100' });
  response.write('{"Item":');
  setTimeout(() => request.socket.destroy(), 5);
};

/** The status and a part of the body arrive, and then nothing more. */
export const stalls: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '100' });
  response.write('{"Item":');
};

export class DatabaseDouble {
  behaviour: Behaviour = answers(200, {});
  requests: { operation: string; body: string }[] = [];
  port = 0;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      this.requests.push({ operation: String(request.headers['x-amz-target']).split('.')[1] ?? '', body });
      this.behaviour(request, response, body);
    });
  });

  /** Tables that are opened from now on are here. */
  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    this.port = (this.#server.address() as AddressInfo).port;
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}
