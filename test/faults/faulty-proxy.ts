// An HTTP proxy on the loopback interface that carries calls on as they are, unless its script says otherwise.
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, RefusalKind } from './fault.ts';
import { readScript, type Script } from './fault-script.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What came of a call; `call` is as the side at hand describes it. */
export interface CallRecord<Call> {
  readonly call: Call;
  readonly fault: Fault | undefined;
  /** The status that the far side answered, whether or not it arrived; absent when it was not asked. */
  status?: number;
}

/** The two sides between which a proxy stands. */
export interface Sides<Call> {
  readonly upstream: string;
  describe(received: Received): Call;
  /** How the far side refuses. */
  refuse(kind: RefusalKind): Answer;
  /** Changes the body on its way there. */
  rewrite?(received: Received): Buffer;
}

export interface FaultyProxy<Call> {
  readonly url: string;
  readonly records: readonly CallRecord<Call>[];
  /** How many connections callers have opened. */
  connections(): number;
  /** Begins a new script from its start; an empty one lets everything through. */
  follow(script: Script<Call>): void;
  /** Shows every answer of the far side to one more reader, whether or not it arrives. */
  observe(reader: (call: Call, answer: Answer) => void): void;
  /** Forgets what was recorded, and the readers. */
  forget(): void;
  close(): Promise<void>;
}

export async function startFaultyProxy<Call>(
  sides: Sides<Call>,
  { seed, script = [] }: { seed: number; script?: Script<Call> },
): Promise<FaultyProxy<Call>> {
  const agent = new Agent({ keepAlive: true });
  const records: CallRecord<Call>[] = [];
  const readers: ((call: Call, answer: Answer) => void)[] = [];
  let faultOf = readScript(script, seed);
  const server = createServer((incoming, response) => {
    // A side that goes away in the middle is what this is for.
    response.on('error', () => {});
    carry(incoming, response).catch(() => response.destroy());
  });

  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });

  async function carry(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(incoming);
    const call = sides.describe(received);
    const fault = faultOf(call);
    const record: CallRecord<Call> = { call, fault };
    records.push(record);
    if (fault !== undefined && (await stopBefore(fault, incoming, response, sides))) {
      return;
    }
    const answer = await forward(sides, received, agent);
    record.status = answer.status;
    for (const read of readers) {
      read(call, answer);
    }
    await giveBack(answer, fault, response);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    connections: () => connections,
    follow: (next) => {
      faultOf = readScript(next, seed);
    },
    observe: (reader) => void readers.push(reader),
    forget: () => {
      records.length = 0;
      readers.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      agent.destroy();
    },
  };
}

/** @returns whether the call ends here. */
async function stopBefore<Call>(
  fault: Fault,
  incoming: IncomingMessage,
  response: ServerResponse,
  sides: Sides<Call>,
): Promise<boolean> {
  switch (fault.kind) {
    case 'delay':
      await sleep(fault.ms);
      return false;
    case 'drop-before':
      incoming.socket.destroy();
      return true;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return true;
    case 'hang-before':
      return true;
    case 'error':
    case 'throttle':
    case 'throughput-exceeded':
      write(response, sides.refuse(fault.kind));
      return true;
    case 'overloaded':
      write(response, { status: 503, rawHeaders: [], body: Buffer.alloc(0) });
      return true;
    default:
      return false;
  }
}

async function giveBack(answer: Answer, fault: Fault | undefined, response: ServerResponse): Promise<void> {
  switch (fault?.kind) {
    case 'delay-answer':
      await sleep(fault.ms);
      write(response, answer);
      return;
    case 'drop-after':
      response.destroy();
      return;
    case 'hang-after':
      return;
    case 'cut':
      writeHalf(response, answer, () => response.destroy());
      return;
    case 'stall':
      writeHalf(response, answer, () => {});
      return;
    default:
      write(response, answer);
  }
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    rawHeaders: incoming.rawHeaders,
    headers: incoming.headers,
    body: await readAll(incoming),
  };
}

function forward<Call>(sides: Sides<Call>, received: Received, agent: Agent): Promise<Answer> {
  const body = sides.rewrite?.(received) ?? received.body;
  const { hostname, port } = new URL(sides.upstream);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        hostname,
        port,
        method: received.method,
        path: received.path,
        headers: framed(received.rawHeaders, body.length, body.length > 0 || received.method !== 'GET'),
      },
      (answer) => {
        readAll(answer).then(
          (bytes) =>
            resolve({ status: answer.statusCode ?? 502, rawHeaders: answer.rawHeaders, body: bytes }),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, headOf(answer));
  response.end(answer.body);
}

function writeHalf(response: ServerResponse, answer: Answer, then: () => void): void {
  response.writeHead(answer.status, headOf(answer));
  response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), then);
}

function headOf({ status, rawHeaders, body }: Answer): string[] {
  return framed(rawHeaders, body.length, status !== 204);
}

/** The end of a message and the life of its connection are each hop's own matter; all else stays as it came. */
function framed(rawHeaders: readonly string[], length: number, hasLength: boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!/^(?:content-length|transfer-encoding|connection|keep-alive)$/i.test(name)) {
      kept.push(name, rawHeaders[i + 1] as string);
    }
  }
  return hasLength ? [...kept, 'content-length', String(length)] : kept;
}
