// One request to the database and its whole answer, within its time, over connections that are kept.
import type { Agent, IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';

export interface ExchangeLimits {
  readonly connectionTimeoutMs: number;
  /** From the beginning to the end of the answer, connecting included. */
  readonly requestTimeoutMs: number;
}

interface ExchangeOptions {
  /** As the SDK types it: an `AbortSignal` of the platform, or of its own. */
  readonly abortSignal?: unknown;
}

/** What the SDK is given to send its requests: less than its own handler, which takes as long as all the rest of a call. */
export class HttpExchange {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #limits: ExchangeLimits;
  readonly #agent: Agent;
  readonly #send: typeof sendRequest;

  constructor(limits: ExchangeLimits, protocol: 'http:' | 'https:') {
    this.#limits = limits;
    // Loads the one that is needed, and while the function is loaded: its first call is slower than its start.
    const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
    this.#agent = new Agent({ keepAlive: true, maxSockets: 50 });
    this.#send = request;
  }

  /** @throws Error named `TimeoutError` or `AbortError`, or Node's own for a connection that fails or breaks off. */
  handle(request: HttpRequest, options: ExchangeOptions = {}): Promise<{ response: HttpResponse }> {
    const abortSignal = options.abortSignal as AbortSignal | undefined;
    return new Promise((done, failed) => {
      if (abortSignal?.aborted) {
        failed(abortError());
        return;
      }
      const { connectionTimeoutMs, requestTimeoutMs } = this.#limits;
      const { hostname, port, method, path, body } = request;
      // Node takes a list as it is, and looks at each header of an object several times.
      const headers = Object.entries(request.headers).flat();
      const sent = this.#send({ hostname, port, method, path, headers, agent: this.#agent });
      const end = (reason: Error) => {
        failed(reason);
        sent.destroy();
      };
      const onAbort = () => end(abortError());
      abortSignal?.addEventListener('abort', onAbort);
      const deadline = setTimeout(() => end(timeoutError('answer', requestTimeoutMs)), requestTimeoutMs);
      sent.on('socket', (socket) =>
        limitConnecting(socket, connectionTimeoutMs, () => end(timeoutError('connect', connectionTimeoutMs))),
      );
      sent.on('error', failed);
      sent.on('response', (response) =>
        collect(response, failed, (answer) => done({ response: httpResponse(response, answer) })),
      );
      sent.on('close', () => {
        clearTimeout(deadline);
        abortSignal?.removeEventListener('abort', onAbort);
      });
      // As text, a character for a byte, which Node writes in one piece with the head.
      sent.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
    });
  }

  destroy(): void {
    this.#agent.destroy();
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }
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
  failed: (reason: Error) => void,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', failed);
  response.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

function httpResponse({ statusCode = 0, headers }: IncomingMessage, body: Buffer): HttpResponse {
  return new HttpResponse({ statusCode, headers: headers as Record<string, string>, body });
}

function timeoutError(what: 'answer' | 'connect', timeoutMs: number): Error {
  const error = new Error(`The database did not ${what} within ${timeoutMs} ms`);
  return Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

function abortError(): Error {
  return Object.assign(new Error('The call was ended by its deadline'), { name: 'AbortError' });
}
