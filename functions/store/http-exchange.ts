// One request to the database and its whole answer, within its time, over connections that are kept.
import type { Agent, IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { TableLimits } from './table.ts';

interface Transport {
  readonly agent: Agent;
  readonly request: typeof sendRequest;
}

/** What the SDK asks to send its requests: less than its own handler, which takes as long as all the rest of a call. */
export class HttpExchange {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #limits: TableLimits;
  readonly #transport: Transport;

  constructor(limits: TableLimits, protocol: 'http:' | 'https:') {
    this.#limits = limits;
    this.#transport = openTransport(protocol);
  }

  /** @throws Error named `TimeoutError` or `AbortError`, or Node's own for a connection that fails or breaks off. */
  handle(request: HttpRequest, options: { abortSignal?: unknown } = {}): Promise<{ response: HttpResponse }> {
    const abortSignal = options.abortSignal as AbortSignal | undefined;
    return new Promise((done, failed) => {
      if (abortSignal?.aborted) {
        failed(abortError());
        return;
      }
      const { connectionTimeoutMs, requestTimeoutMs } = this.#limits;
      const { hostname, port, method, path, headers } = request;
      const { agent, request: send } = this.#transport;
      const sent = send({ hostname, port, method, path, headers, agent });

      const fail = (error: Error) => {
        settle();
        sent.destroy();
        failed(error);
      };
      const onAbort = () => fail(abortError());
      const deadline = setTimeout(() => fail(timeoutError('answer', requestTimeoutMs)), requestTimeoutMs);
      const settle = () => {
        clearTimeout(deadline);
        abortSignal?.removeEventListener('abort', onAbort);
      };
      abortSignal?.addEventListener('abort', onAbort);
      sent.on('error', fail);
      sent.on('socket', (socket) =>
        limitConnecting(socket, connectionTimeoutMs, () =>
          fail(timeoutError('connect', connectionTimeoutMs)),
        ),
      );
      sent.on('response', (response) =>
        collect(response, fail, (body) => {
          settle();
          done({ response: toHttpResponse(response, body) });
        }),
      );
      // Headers and a body of text leave in one write.
      sent.end(textOf(request.body));
    });
  }

  destroy(): void {
    this.#transport.agent.destroy();
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }
}

/** Loads the one that is needed, and while the function is loaded: its first call is slower than its start. */
function openTransport(protocol: 'http:' | 'https:'): Transport {
  const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  return { agent: new Agent({ keepAlive: true, maxSockets: 50 }), request };
}

/** The SDK warns of whoever takes its bytes for a text, so they are not asked. */
function textOf(body: Uint8Array | string): string {
  return typeof body === 'string'
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function limitConnecting(socket: Socket, timeoutMs: number, onTimeout: () => void): void {
  if (socket.connecting) {
    const timeout = setTimeout(onTimeout, timeoutMs);
    socket.once('connect', () => clearTimeout(timeout));
    socket.once('close', () => clearTimeout(timeout));
  }
}

function collect(
  response: IncomingMessage,
  fail: (error: Error) => void,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', fail);
  response.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

function toHttpResponse(
  { statusCode = 0, statusMessage, headers }: IncomingMessage,
  body: Buffer,
): HttpResponse {
  return new HttpResponse({
    statusCode,
    ...(statusMessage === undefined ? {} : { reason: statusMessage }),
    headers: headers as Record<string, string>,
    body,
  });
}

function timeoutError(what: 'answer' | 'connect', timeoutMs: number): Error {
  const error = new Error(`The database did not ${what} within ${timeoutMs} ms`);
  return Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

function abortError(): Error {
  return Object.assign(new Error('The call was ended by its deadline'), { name: 'AbortError' });
}
