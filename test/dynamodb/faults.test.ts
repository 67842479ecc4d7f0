// What each fault between a function and DynamoDB comes to, through both adapters, as a table.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { letTimePass } from '../virtual-time.ts';
import { ADAPTERS, type Adapter } from './adapters.ts';
import {
  answer,
  answers,
  type Behaviour,
  closes,
  FaultyServer,
  hangs,
  inTurn,
  type ReceivedRequest,
  refuses,
  resets,
  writes,
} from './faulty-server.ts';

const TIMEOUT_MS = 1_000;
/** Where nothing is meant to time out, nothing does, however slow the machine is. */
const PATIENT_MS = 120_000;
const DRIPS = 20;
const AHEAD_MS = 3_600_000;

/** What a `get` comes to, and how many requests the server has seen. */
interface End {
  readonly end: string;
  readonly requests: number;
}

const served = (requests: number): End => ({ end: 'served', requests });
const outage = (requests: number): End => ({ end: 'Outage', requests });
const mistake = (name = 'mistake'): End => ({ end: name, requests: 1 });

interface Row {
  readonly fault: string;
  readonly behaviour: Behaviour;
  /** Counts the requests whose time passes before they are answered. */
  readonly late?: () => number;
  readonly lean: End;
  /** As `lean`, unless given, and then with the reason why `lean` is better. */
  readonly sdk?: End;
  readonly because?: string;
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n';
const HTML = '<html><title>An error page</title></html>';
const ahead = { headers: [`date: ${new Date(Date.now() + AHEAD_MS).toUTCString()}`] };

const ROWS: readonly Row[] = [
  { fault: 'reset', behaviour: resets, lean: outage(2) },
  { fault: 'closed without an answer', behaviour: closes, lean: outage(2) },
  { fault: 'no answer', behaviour: hangs, late: received, lean: outage(2) },
  {
    fault: 'stalls after the head',
    behaviour: writes(`${HEAD}content-length: 9\r\n\r\n{`),
    late: received,
    lean: outage(2),
  },
  {
    fault: 'drips for longer than a request may take',
    behaviour: drips,
    late: () => halfOnItsWay,
    lean: outage(2),
    sdk: served(1),
    because: 'the SDK limits the head of an answer and the pauses after it, but not the whole',
  },
  {
    fault: 'cut in the head',
    behaviour: ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-'),
    lean: outage(2),
  },
  {
    fault: 'cut in the body',
    behaviour: ({ socket }) => socket.end(`${HEAD}content-length: 9\r\n\r\n{`),
    lean: outage(2),
  },
  {
    fault: 'broken chunk',
    behaviour: writes(`${HEAD}transfer-encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`),
    lean: outage(2),
  },
  {
    fault: 'not HTTP',
    behaviour: writes('SSH-2.0-OpenSSH_9.6\r\n'),
    lean: outage(2),
    sdk: outage(1),
    because: 'the SDK does not know the errors of the HTTP parser, and does not try again',
  },
  {
    fault: 'process held up until after the answer',
    behaviour: answersWhileHeldUp,
    late: () => 0,
    lean: served(1),
    sdk: outage(2),
    because: 'Node runs timers before it reads sockets, and the SDK does not look once more',
  },
  {
    fault: '101',
    behaviour: writes('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    late: received,
    lean: outage(2),
  },
  {
    fault: 'wrong checksum',
    behaviour: writes(answer('{}', { headers: ['x-amz-crc32: 1'] })),
    lean: outage(2),
    sdk: served(1),
    because: 'the SDK does not look at the checksum',
  },
  {
    fault: '200 with HTML',
    behaviour: writes(answer(HTML)),
    lean: outage(2),
    sdk: outage(1),
    because: 'the SDK takes it for a mistake of its own, and does not try again',
  },
  {
    fault: '200 without a body',
    behaviour: writes(answer('')),
    lean: outage(2),
    sdk: served(1),
    because: 'the SDK takes it for "no item", which is a 404 for what is there',
  },
  {
    fault: '200 with half of the JSON',
    behaviour: writes(answer('{"Item":')),
    lean: outage(2),
    sdk: outage(1),
    because: 'the SDK takes it for a mistake of its own, and does not try again',
  },
  { fault: '301', behaviour: writes(answer('', { status: 301 })), lean: mistake() },
  { fault: '400 with HTML', behaviour: writes(answer(HTML, { status: 400 })), lean: mistake() },
  { fault: '413 with HTML', behaviour: writes(answer(HTML, { status: 413 })), lean: mistake() },
  { fault: '429', behaviour: writes(answer('{}', { status: 429 })), lean: outage(2) },
  { fault: '500', behaviour: refuses('InternalServerError', { status: 500 }), lean: outage(2) },
  {
    fault: '501 with HTML',
    behaviour: writes(answer(HTML, { status: 501 })),
    lean: outage(2),
    sdk: outage(1),
    because: 'the SDK tries again after 500, 502, 503 and 504 only',
  },
  { fault: '502 with HTML', behaviour: writes(answer(HTML, { status: 502 })), lean: outage(2) },
  { fault: '503', behaviour: refuses('ServiceUnavailable', { status: 503 }), lean: outage(2) },
  { fault: '503 without a body', behaviour: writes(answer('', { status: 503 })), lean: outage(2) },
  { fault: 'throttled table', behaviour: refuses('ProvisionedThroughputExceededException'), lean: outage(2) },
  { fault: 'throttled partition', behaviour: refuses('ThrottlingException'), lean: outage(2) },
  { fault: 'throttled account', behaviour: refuses('RequestLimitExceeded'), lean: outage(2) },
  ...[
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ItemCollectionSizeLimitExceededException',
  ].map((name) => ({ fault: name, behaviour: refuses(name), lean: mistake(name) })),
  { fault: 'one reset', behaviour: inTurn(resets, answers('{}')), lean: served(2) },
  {
    fault: 'one throttled call',
    behaviour: inTurn(refuses('ThrottlingException'), answers('{}')),
    lean: served(2),
  },
  {
    fault: 'clock an hour behind',
    behaviour: inTurn(refuses('InvalidSignatureException', ahead), answers('{}')),
    lean: served(2),
  },
  {
    fault: 'signature expired on its way',
    behaviour: inTurn(
      answers(
        '{"__type":"#InvalidSignatureException","message":"Signature expired: 1 is now earlier than 2"}',
        {
          status: 400,
        },
      ),
      answers('{}'),
    ),
    lean: served(2),
  },
];

let halfOnItsWay = 0;

/** An answer whose second half comes too late. */
function drips({ socket }: ReceivedRequest): void {
  const bytes = [...'{}'.padEnd(2 * DRIPS)];
  socket.write(answer('', { headers: [] }).replace('length: 0', `length: ${bytes.length}`));
  const drip = setInterval(() => {
    socket.write(bytes.shift() ?? '');
    halfOnItsWay += bytes.length === DRIPS ? 1 : 0;
  });
  socket.on('close', () => clearInterval(drip));
}

/** The answer lies in the socket when the process goes on, and so does a time-out, which Node looks at first. */
function answersWhileHeldUp({ socket }: ReceivedRequest): void {
  socket.write(answer('{}'));
  setImmediate(() => vi.advanceTimersByTime(TIMEOUT_MS));
}

function received(): number {
  return server.requests.length;
}

const server = new FaultyServer();
let endpoint: string;
beforeAll(async () => {
  endpoint = `http://127.0.0.1:${await server.listen()}`;
  // No pause between attempts.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

async function endThrough(adapter: Adapter, { behaviour, late }: Row): Promise<End> {
  server.reset(behaviour);
  const timeoutMs = late === undefined ? PATIENT_MS : TIMEOUT_MS;
  const limits = { maxAttempts: 2, connectionTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs };
  const get = () => ADAPTERS[adapter](endpoint, limits)().get({ pk: 'a', sk: 'b' });
  const [result] =
    late === undefined ? await Promise.allSettled([get()]) : [await letTimePass(get, late, timeoutMs)];
  return { end: result.status === 'fulfilled' ? 'served' : nameOf(result.reason), requests: received() };
}

function nameOf({ name }: Error): string {
  return name === 'Outage' || name.endsWith('Exception') ? name : 'mistake';
}

describe.each(ROWS)('fault: $fault', (row) => {
  it.each([
    ['lean', row.lean],
    ['sdk', row.sdk ?? row.lean],
  ] as const)('%s', async (adapter, expected) => {
    expect(await endThrough(adapter, row)).toEqual(expected);
  });
});
