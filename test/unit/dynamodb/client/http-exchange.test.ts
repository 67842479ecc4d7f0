// One request and its answer over a real socket: its time, its end, and what is left of it afterwards.
import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HttpRequest } from '@smithy/core/protocols';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpExchange } from '../../../../functions/dynamodb/client/http-exchange.ts';
import { answers, type Behaviour, breaksOff, DatabaseDouble, hangs, resets } from '../../database-double.ts';

const LIMITS = { maxAttempts: 1, connectionTimeoutMs: 100, requestTimeoutMs: 400 };
const BODY = '{"title":"Évening 🌙"}';
const database = new DatabaseDouble();
let exchange: HttpExchange;
let sockets: Socket[];

beforeAll(() => database.start());
beforeEach(() => {
  exchange = new HttpExchange(LIMITS, 'http:');
  sockets = [];
});
afterEach(() => exchange.destroy());
afterAll(() => database.stop());

function behaves(behaviour: Behaviour): void {
  database.behaviour = (request, response, body) => {
    sockets.push(request.socket);
    behaviour(request, response, body);
  };
}

function send({ port = database.port, abortSignal }: { port?: number; abortSignal?: AbortSignal } = {}) {
  const request = new HttpRequest({
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    method: 'POST',
    path: '/',
    headers: { host: `127.0.0.1:${port}`, 'content-length': String(Buffer.byteLength(BODY)) },
    body: Buffer.from(BODY),
  });
  return exchange.handle(request, abortSignal === undefined ? {} : { abortSignal });
}

/** Goes on answering, a little at a time, for longer than a request may take. */
const drips: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  const drip = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(drip));
};

/** A process that stands still, and whose queue of connections is full: to whoever comes then, it does not answer at all. */
async function listenWithoutAccepting() {
  const listen = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    function () { process.send(this.address().port) })`;
  const server = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [port] = (await once(server, 'message')) as [number];
  server.kill('SIGSTOP');
  const queue = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await once(queue[0] as Socket, 'connect');
  return {
    port,
    close() {
      for (const waiting of queue) {
        waiting.destroy();
      }
      server.kill('SIGKILL');
    },
  };
}

describe('an exchange', () => {
  it('sends the body as it is and hands over status, headers and the whole answer', async () => {
    behaves((_request, response, body) => {
      response.writeHead(400, { 'X-Amz-Id': 'one' });
      response.write(body.slice(0, 10));
      setTimeout(() => response.end(body.slice(10)), 10);
    });
    const { response } = await send();
    expect(response.statusCode).toBe(400);
    expect(response.headers['x-amz-id']).toBe('one');
    expect(String(response.body)).toBe(BODY);
  });

  it('uses the connection of the one before', async () => {
    behaves(answers(200, {}));
    await send();
    await send();
    expect(new Set(sockets).size).toBe(1);
  });

  it('leaves nothing behind at the signal of its request', async () => {
    const { signal } = new AbortController();
    for (const behaviour of [answers(200, {}), hangs, resets, breaksOff]) {
      behaves(behaviour);
      await send({ abortSignal: signal }).catch(() => {});
      await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
    }
  });

  it.each([
    ['never begins', hangs],
    ['drips for ever', drips],
  ])('is given up on when its time is over and the answer %s', async (_, behaviour) => {
    behaves(behaviour);
    const startedMs = performance.now();
    await expect(send()).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
    expect(performance.now() - startedMs).toBeGreaterThan(LIMITS.requestTimeoutMs - 5);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('is given up on when nobody takes the connection', async () => {
    const { port, close } = await listenWithoutAccepting();
    const startedMs = performance.now();
    await expect(send({ port })).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError', message: expect.stringContaining('connect') }),
    );
    expect(performance.now() - startedMs).toBeLessThan(LIMITS.requestTimeoutMs);
    close();
  });

  it('ends with its deadline, also while the answer is on its way', async () => {
    behaves(drips);
    const call = send({ abortSignal: AbortSignal.timeout(100) });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('does not even begin after its deadline', async () => {
    behaves(answers(200, {}));
    await expect(send({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(sockets).toEqual([]);
  });
});
