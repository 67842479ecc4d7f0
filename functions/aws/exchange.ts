// Sends one request and reads the whole response, within time-outs, over keep-alive connections.
import type { Agent, ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';

export interface ExchangeLimits {
  readonly connectionTimeoutMs: number;
  /** From the assignment of a connection, which may still have to be opened, to the end of the response. */
  readonly requestTimeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Rejects with Node's error or the signal's reason when no complete response arrived. */
export type Exchange = (
  headers: OutgoingHttpHeaders,
  body: string,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

const SOCKETS_MAX = 50;

export function openExchange(address: URL, limits: ExchangeLimits): Exchange {
  // Loads http or https only, and during init, where Lambda gives a full CPU.
  const { Agent, request } = process.getBuiltinModule(
    address.protocol === 'https:' ? 'node:https' : 'node:http',
  );
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const target = { ...urlToHttpOptions(address), agent, method: 'POST', path: '/' };
  return async (headers, body, signal) => {
    for (;;) {
      signal?.throwIfAborted();
      // As a flat list, which Node takes as it is; it looks at each header of an object several times.
      const sent = request({ ...target, headers: Object.entries(headers).flat() as string[] });
      const connection = watchConnection(sent);
      sent.end(body);
      try {
        return await answerTo(sent, limits, signal);
      } catch (error) {
        if (signal?.aborted || !sent.reusedSocket) {
          throw error;
        }
        destroyIdle(agent);
        if (error instanceof TimeoutError || !connection.wasDead()) {
          throw error;
        }
      }
    }
  };
}

/** A connection was dead when it failed before the first byte of the response. */
function watchConnection(sent: ClientRequest): { wasDead(): boolean } {
  let socket: Socket | undefined;
  let bytesBefore = 0;
  sent.once('socket', (assigned) => {
    socket = assigned;
    bytesBefore = assigned.bytesRead;
  });
  return { wasDead: () => socket?.bytesRead === bytesBefore };
}

/** Idle connections die together while a function is frozen, so that the next one would fail as well. */
function destroyIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flat()) {
    socket?.destroy();
  }
}

function answerTo(
  sent: ClientRequest,
  { requestTimeoutMs, connectionTimeoutMs }: ExchangeLimits,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const timers: NodeJS.Timeout[] = [];
  let isPending = true;
  const settle = (act: () => void) => {
    if (isPending) {
      isPending = false;
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', onAbort);
      act();
    }
  };
  const fail = (error: unknown) =>
    settle(() => {
      reject(error);
      sent.destroy();
    });
  // Called at the end of every call: creates the error, which is slow, only when one is needed.
  const failIfPending = (when: string) => isPending && fail(new BrokenAnswer(when));
  const onAbort = () => fail(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  sent.once('socket', (socket) => {
    timers.push(later(requestTimeoutMs, () => fail(new TimeoutError('answer', requestTimeoutMs))));
    if (socket.connecting) {
      const failUnconnected = () =>
        socket.connecting && fail(new TimeoutError('connect', connectionTimeoutMs));
      timers.push(later(connectionTimeoutMs, failUnconnected));
    }
  });
  sent.on('error', fail);
  let isAnswered = false;
  // After an upgrade, or a connection that ends without a response, `close` is the only event.
  sent.once('close', () => isAnswered || failIfPending('before its answer'));
  sent.once('response', (response) => {
    isAnswered = true;
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.once('close', () => failIfPending('before the end of its answer'));
    response.once('end', () => {
      const { statusCode: status = 0, headers } = response;
      settle(() => resolve({ status, headers, body: Buffer.concat(chunks) }));
    });
  });
  return promise;
}

/** Node runs timers before it reads sockets: `setImmediate` lets it read first what arrived while the process was frozen. */
function later(ms: number, act: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(act), ms);
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(missing: string, timeoutMs: number) {
    super(`The service did not ${missing} within ${timeoutMs} ms`);
  }
}

class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';

  constructor(when: string) {
    super(`The service closed the connection ${when}`);
  }
}
