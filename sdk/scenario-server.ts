// A server that misbehaves as each scenario's script says, and remembers what it received and applied.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

type Step = {
  apply?: boolean;
  delayMs?: number;
  then?: 'answer' | 'close' | 'reset' | 'hang' | 'cut' | 'stall';
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
};
type Received = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
  atMs: number;
};
type Session = Record<'sessionId' | 'personaId' | 'status' | 'endedAt', string> &
  Record<Counter, number> &
  Record<string, unknown>;
type Counter = 'messageCount' | 'inputTokens' | 'outputTokens' | 'costUsdMicros';
type Applied = { idempotencyKey: string | null; session: Session };
type Run = {
  requests: Received[];
  applied: Applied[];
  sessions: Map<string, Session>;
  /** Of a session, the number of its last turn. */
  turns: Map<string, number>;
};
type Answer = { status: number; headers: Record<string, string>; body: string };

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const { scenarios } = JSON.parse(readFileSync(new URL('./scenarios.json', import.meta.url), 'utf8')) as {
  scenarios: { id: string; server: Step[] }[];
};
const scripts = new Map(scenarios.map((scenario) => [scenario.id, scenario.server]));
const runs = new Map<string, Run>();

const server = createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ baseUrl: `http://127.0.0.1:${port}` }));
});
process.on('SIGTERM', stop);
process.stdin.on('end', stop).resume();

function stop(): void {
  server.close();
  server.closeAllConnections();
  process.stdin.destroy();
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, runId = '', scenarioId = '', ...rest] = url.pathname.split('/');
  const script = scripts.get(scenarioId);
  if (!script) {
    const known = [...scripts.keys()].join(', ');
    const message = `no scenario '${scenarioId}': call /<run id>/<scenario id>/v1/..., where the ids are ${known}`;
    return send(response, { status: 404, headers: {}, body: JSON.stringify({ message }) });
  }
  const run = runOf(`${runId}/${scenarioId}`);
  if (rest[0] === '__received') {
    const body = JSON.stringify({ requests: run.requests, applied: run.applied });
    return send(response, { status: 200, headers: { 'content-type': 'application/json' }, body });
  }

  const received = await receive(request, url, `/${rest.join('/')}`);
  run.requests.push(received);
  const step = script[Math.min(run.requests.length, script.length) - 1] ?? { apply: true };
  const natural = step.apply ? apply(run, received) : undefined;
  await play(step, natural, received, request, response);
}

function runOf(address: string): Run {
  const run = runs.get(address) ?? { requests: [], applied: [], sessions: new Map(), turns: new Map() };
  runs.set(address, run);
  return run;
}

async function receive(request: IncomingMessage, url: URL, path: string): Promise<Received> {
  const atMs = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    path,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
    atMs,
  };
}

async function play(
  step: Step,
  natural: Answer | undefined,
  received: Received,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (step.delayMs) await new Promise((resolve) => setTimeout(resolve, step.delayMs));
  const answer = answerOf(step, natural, received);
  switch (step.then ?? 'answer') {
    case 'answer':
      return send(response, answer);
    case 'close':
      request.socket.end();
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'cut':
      return sendHalf(response, answer, () => request.socket.destroy());
    case 'stall':
      return sendHalf(response, answer, () => {});
  }
}

function answerOf(step: Step, natural: Answer | undefined, received: Received): Answer {
  const json = step.json === undefined ? undefined : JSON.stringify(step.json);
  const body = json ?? step.text ?? (step.status === undefined ? natural?.body : undefined) ?? '';
  const type = json === undefined && step.status !== undefined ? 'text/html' : 'application/json';
  const headers: Record<string, string> = { 'content-type': type, ...natural?.headers, ...step.headers };
  return {
    status: step.status ?? natural?.status ?? 200,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withDate(value)])),
    body: body.replaceAll('$authorization', received.headers.authorization ?? ''),
  };
}

// `$dateIn:3` in a header becomes the HTTP date three seconds from now.
function withDate(value: string): string {
  const seconds = /^\$dateIn:(-?\d+)$/.exec(value)?.[1];
  return seconds === undefined ? value : new Date(Date.now() + Number(seconds) * 1000).toUTCString();
}

function send(response: ServerResponse, answer: Answer): void {
  const empty = answer.status === 204;
  const length = empty ? {} : { 'content-length': String(Buffer.byteLength(answer.body)) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(empty ? undefined : answer.body);
}

function sendHalf(response: ServerResponse, answer: Answer, afterwards: () => void): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => afterwards());
}

// The least that a chat service does, so that a script can say "applied, and then ...".
function apply(run: Run, received: Received): Answer {
  const [, , family, personaId = '', sessionId = '', verb] = received.path.split('/').map(decodeURIComponent);
  if (family === 'personas') {
    return received.method === 'POST' ? start(run, received, personaId) : list(run, received, personaId);
  }
  if (sessionId === '') return list(run, received, received.query.personaId);
  const session = run.sessions.get(sessionId);
  if (!session) return json(404, { error: { code: 'not_found', message: 'There is no such session.' } });
  if (received.method === 'DELETE') {
    run.sessions.delete(sessionId);
    return { status: 204, headers: {}, body: '' };
  }
  if (received.method === 'PATCH') return update(session, received);
  if (verb === 'turns') return recordTurn(run, session, received);
  return verb === 'end' ? end(session) : json(200, session);
}

function start(run: Run, received: Received, personaId: string): Answer {
  const idempotencyKey = received.headers['idempotency-key']?.toString() ?? null;
  const earlier = run.applied.find((one) => idempotencyKey !== null && one.idempotencyKey === idempotencyKey);
  if (earlier) return json(201, { session: earlier.session }, { 'idempotent-replayed': 'true' });

  const { title = 'Chat with Demo', metadata } = received.body as { title?: string; metadata?: unknown };
  const session = { ...newSession(personaId, title), ...(metadata !== undefined && { metadata }) };
  run.applied.push({ idempotencyKey, session });
  run.sessions.set(session.sessionId, { ...session });
  return json(201, { session });
}

function list(run: Run, received: Received, personaId: string | undefined): Answer {
  const newestFirst = [...run.sessions.values()]
    .filter((one) => personaId === undefined || one.personaId === personaId)
    .filter(({ status }) => (received.query.status ?? status) === status)
    .reverse();
  const from = Number(received.query.cursor ?? 0);
  const to = from + Number(received.query.limit ?? 20);
  return json(200, {
    items: newestFirst.slice(from, to),
    nextCursor: to < newestFirst.length ? String(to) : '',
  });
}

function recordTurn(run: Run, session: Session, received: Received): Answer {
  const counted = received.body as Record<'turn' | 'messages' | Counter, number>;
  const alreadyRecorded = counted.turn <= (run.turns.get(session.sessionId) ?? 0);
  if (!alreadyRecorded) {
    run.turns.set(session.sessionId, counted.turn);
    session.messageCount += counted.messages;
    session.inputTokens += counted.inputTokens;
    session.outputTokens += counted.outputTokens;
    session.costUsdMicros += counted.costUsdMicros;
  }
  return json(200, { session, alreadyRecorded });
}

function update(session: Session, received: Received): Answer {
  const { archived, ...fields } = received.body as { archived?: boolean };
  const status = archived ? 'archived' : session.endedAt ? 'ended' : 'active';
  Object.assign(session, fields, archived !== undefined && { status });
  return json(200, { session });
}

function end(session: Session): Answer {
  const alreadyEnded = session.status === 'ended';
  if (!alreadyEnded) Object.assign(session, { status: 'ended', endedAt: new Date().toISOString() });
  return json(200, { session, alreadyEnded });
}

function newSession(personaId: string, title: string): Session {
  const now = new Date().toISOString();
  return {
    sessionId: `chs_${randomUlid()}_${personaId}`,
    orgId: 'org_demo',
    workspaceId: 'ws_demo',
    personaId,
    userId: 'usr_demo',
    title,
    status: 'active',
    messageCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsdMicros: 0,
    startedAt: now,
    lastActiveAt: now,
    endedAt: '',
  };
}

// Hexadecimal digits are digits of a ulid as well.
function randomUlid(): string {
  return randomUUID().replaceAll('-', '').slice(0, 26).toUpperCase();
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': randomUUID(), ...headers },
    body: JSON.stringify(body),
  };
}
