// Connections to DynamoDB: those that died while nobody looked, those that never come about, and the ends of calls.
import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate } from '../../bench/database/certificate.ts';
import { Outage } from '../../functions/aws/outage.ts';
import type { BindTable } from '../../functions/dynamodb/table.ts';
import { letTimePass } from '../virtual-time.ts';
import { ADAPTERS } from './adapters.ts';
import {
  answers,
  type Behaviour,
  closes,
  FaultyServer,
  hangs,
  inTurn,
  refuses,
  resets,
} from './faulty-server.ts';

/** Where nothing is meant to time out, nothing does, however slow the machine is. */
const LIMITS = { maxAttempts: 2, connectionTimeoutMs: 120_000, requestTimeoutMs: 120_000 };
const KEY = { pk: 'a', sk: 'b' };

const server = new FaultyServer();
let port: number;
beforeAll(async () => {
  port = await server.listen();
});
beforeEach(() => server.reset(answers('{}')));
afterAll(() => server.close());

const open = (adapter: keyof typeof ADAPTERS, limits = LIMITS, to = `http://127.0.0.1:${port}`): BindTable =>
  ADAPTERS[adapter](to, limits);

/** Opens so many connections, which are idle afterwards. */
async function leaveIdle(bindTable: BindTable, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => bindTable().get(KEY)));
  expect(server.sockets).toHaveLength(count);
}

/** As after a freeze: the connections that there are have died, and new ones are answered. */
function onlyNew(behaviourOfOld: Behaviour): Behaviour {
  const old = new Set(server.sockets);
  return (request) => (old.has(request.socket) ? behaviourOfOld : answers('{}'))(request);
}

describe('idle connections that died', () => {
  it.each([
    ['reset', resets],
    ['closed', closes],
  ])('cost no attempt, however many they are (%s)', async (_how, behaviour) => {
    const bindTable = open('lean', { ...LIMITS, maxAttempts: 1 });
    await leaveIdle(bindTable, 3);
    server.behaviour = onlyNew(behaviour);
    expect(await bindTable().get(KEY)).toBeUndefined();
    // One dead connection was tried, and the other two were dropped.
    expect(server.requests).toHaveLength(3 + 2);
    expect(server.sockets).toHaveLength(3 + 1);
  });

  it('cost no attempt when all are in use at once', async () => {
    const bindTable = open('lean', { ...LIMITS, maxAttempts: 1 });
    await leaveIdle(bindTable, 3);
    server.behaviour = onlyNew(resets);
    const calls = Array.from({ length: 3 }, () => bindTable().get(KEY));
    expect(await Promise.all(calls)).toEqual([undefined, undefined, undefined]);
  });

  it('and swallow what is sent cost one attempt for all of them', async () => {
    const bindTable = open('lean');
    await leaveIdle(bindTable, 3);
    server.behaviour = onlyNew(hangs);
    // The time of the first request passes, which is the fourth of all.
    const late = () => Math.min(server.requests.length, 4);
    const ended = await letTimePass(() => bindTable().get(KEY), late, LIMITS.requestTimeoutMs);
    expect(ended).toEqual({ status: 'fulfilled', value: undefined });
    expect(server.sockets).toHaveLength(3 + 1);
  });

  it('stay when a call is ended by its deadline, which says nothing of them', async () => {
    const bindTable = open('lean');
    await leaveIdle(bindTable, 3);
    server.behaviour = hangs;
    const deadline = new AbortController();
    const call = bindTable(deadline.signal).get(KEY);
    await expect.poll(() => server.requests).toHaveLength(4);
    deadline.abort();
    await expect(call).rejects.toBeInstanceOf(Outage);
    server.behaviour = answers('{}');
    await bindTable().get(KEY);
    expect(server.sockets).toHaveLength(3);
  });

  it('are an outage through the SDK, which tries one after the other: lean is better', async () => {
    const bindTable = open('sdk');
    await leaveIdle(bindTable, 3);
    server.behaviour = onlyNew(resets);
    await expect(bindTable().get(KEY)).rejects.toBeInstanceOf(Outage);
  });

  it('are told from an answer that breaks off, which costs an attempt', async () => {
    const bindTable = open('lean', { ...LIMITS, maxAttempts: 1 });
    await leaveIdle(bindTable, 1);
    server.behaviour = onlyNew(({ socket }) => socket.end('HTTP/1.1 200 OK\r\n'));
    await expect(bindTable().get(KEY)).rejects.toBeInstanceOf(Outage);
    expect(server.requests).toHaveLength(2);
  });
});

describe.each(['lean', 'sdk'] as const)('through the adapter "%s"', (adapter) => {
  it('one call after the other uses one connection', async () => {
    const bindTable = open(adapter);
    for (let call = 0; call < 3; call += 1) {
      await bindTable().get(KEY);
    }
    expect(server.sockets).toHaveLength(1);
  });

  it('a port where nobody listens, and a name that does not resolve, are outages', async () => {
    const gone = new FaultyServer();
    const goneAt = `http://127.0.0.1:${await gone.listen()}`;
    await gone.close();
    for (const address of [goneAt, 'http://database.invalid']) {
      const error = await open(adapter, LIMITS, address)()
        .get(KEY)
        .catch((thrown) => thrown);
      expect(error).toBeInstanceOf(Outage);
      expect(error.cause).toBeInstanceOf(Error);
    }
  });

  it('a server that takes no connection is an outage within the time for connecting', async () => {
    const full = await listenWithoutAccepting();
    const limits = { maxAttempts: 1, connectionTimeoutMs: 200, requestTimeoutMs: 60_000 };
    await expect(open(adapter, limits, `http://127.0.0.1:${full.port}`)().get(KEY)).rejects.toBeInstanceOf(
      Outage,
    );
    full.close();
  });

  it('a certificate that nobody trusts is an outage', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moonborn-certificate-'));
    const { keyFile, certificateFile } = makeCertificate(folder);
    const foreign = new FaultyServer({
      key: readFileSync(keyFile, 'utf8'),
      cert: readFileSync(certificateFile, 'utf8'),
    });
    const address = `https://127.0.0.1:${await foreign.listen()}`;
    await expect(open(adapter, LIMITS, address)().get(KEY)).rejects.toBeInstanceOf(Outage);
    expect(foreign.requests).toEqual([]);
    // The SDK does not know the errors of TLS, and does not try again.
    expect(foreign.sockets).toHaveLength(adapter === 'lean' ? 2 : 1);
    await foreign.close();
    rmSync(folder, { recursive: true });
  });

  it('a deadline that passes while a call is under way ends it at once, and its connection', async () => {
    server.behaviour = hangs;
    const deadline = new AbortController();
    const call = open(adapter, { ...LIMITS, requestTimeoutMs: 60_000 })(deadline.signal).get(KEY);
    await expect.poll(() => server.requests).toHaveLength(1);
    deadline.abort();
    await expect(call).rejects.toBeInstanceOf(Outage);
    await expect.poll(() => server.sockets[0]?.destroyed).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it('a deadline that passes between two attempts ends the call at once', async () => {
    // The pause would be 20 seconds, or a day.
    const random = vi.spyOn(Math, 'random').mockReturnValue(100_000);
    server.behaviour = refuses('ThrottlingException');
    const deadline = new AbortController();
    const call = open(adapter)(deadline.signal).get(KEY);
    // Asked for the length of the pause.
    await expect.poll(() => random.mock.calls.length).toBeGreaterThan(0);
    deadline.abort();
    await expect(call).rejects.toBeInstanceOf(Outage);
    expect(server.requests).toHaveLength(1);
    random.mockRestore();
  });

  it('a deadline that has passed before is an outage without a request', async () => {
    await expect(open(adapter)(AbortSignal.abort()).get(KEY)).rejects.toBeInstanceOf(Outage);
    expect(server.requests).toEqual([]);
  });

  it('nothing of a call is left behind at the signal of its request', async () => {
    const { signal } = new AbortController();
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    for (const behaviour of [answers('{}'), hangs, resets, refuses('ValidationException')]) {
      server.reset(behaviour);
      const late = () => (behaviour === hangs ? server.requests.length : 0);
      await letTimePass(() => open(adapter)(signal).get(KEY), late, LIMITS.requestTimeoutMs);
      await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
    }
    random.mockRestore();
  });

  it('a retry needs what is left of a quota, which calls that go well fill up again', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    const bindTable = open(adapter, { ...LIMITS, maxAttempts: 200 });
    server.behaviour = refuses('InternalServerError', { status: 500 });
    const attemptsOf = async (call: Promise<unknown>) => {
      const before = server.requests.length;
      await call.catch(() => {});
      return server.requests.length - before;
    };
    // 500 units, and 14 for each retry.
    expect(await attemptsOf(bindTable().get(KEY))).toBe(1 + 35);
    expect(await attemptsOf(bindTable().get(KEY))).toBe(1);
    server.behaviour = answers('{}');
    for (let call = 0; call < 4; call += 1) {
      await bindTable().get(KEY);
    }
    server.behaviour = refuses('InternalServerError', { status: 500 });
    expect(await attemptsOf(bindTable().get(KEY))).toBe(1 + 1);
    random.mockRestore();
  });
});

it('a call that waits for a connection is not given up on for the time that the others take', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server.behaviour = hangs;
  const bindTable = open('lean', { ...LIMITS, maxAttempts: 1 });
  // 50 connections, and three rounds on each: the last round begins after the time that one request may take.
  const calls = Array.from({ length: 150 }, () => bindTable().get(KEY));
  for (const round of [1, 2, 3]) {
    await arrived(round * 50);
    vi.advanceTimersByTime(LIMITS.requestTimeoutMs * 0.6);
    for (const request of server.requests.slice(-50)) {
      answers('{}')(request);
    }
  }
  await expect(Promise.all(calls)).resolves.toHaveLength(150);
  expect(server.sockets).toHaveLength(50);
  vi.useRealTimers();
});

it('a call that goes well after a retry is counted as one', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  server.behaviour = inTurn(resets, answers('{"Item":{"pk":{"S":"a"}}}'));
  expect(await open('lean')().get(KEY)).toEqual({ pk: 'a' });
  random.mockRestore();
});

async function arrived(requests: number): Promise<void> {
  while (server.requests.length < requests) {
    await nextTurn();
  }
}

/** A process that stands still, and whose queue of connections is full. */
async function listenWithoutAccepting() {
  const listen = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    function () { process.send(this.address().port) })`;
  const stopped = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [listeningPort] = (await once(stopped, 'message')) as [number];
  stopped.kill('SIGSTOP');
  const queue = Array.from({ length: 8 }, () => connect(listeningPort, '127.0.0.1').on('error', () => {}));
  await once(queue[0] as Socket, 'connect');
  return {
    port: listeningPort,
    close() {
      for (const waiting of queue) {
        waiting.destroy();
      }
      stopped.kill('SIGKILL');
    },
  };
}
