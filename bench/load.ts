// `npm run bench:load`: starts a second that the local stack takes, beside a bare server that answers the same bytes.
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { type ServerProcess, startServer } from './load/server-process.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { rounded, textTable } from './report/text-table.ts';

const WARM_UP_SECONDS = 5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '1,32,256' },
  },
});
await main(Number(values.seconds), values.connections.split(',').map(Number));

interface Place {
  readonly baseUrl: string;
}

interface Word extends Place {
  readonly personaId: string;
  readonly apiKey: string;
  readonly sessionJwt: string;
}

interface StartCall {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Measured {
  readonly server: string;
  readonly connections: number;
  readonly perSecond: number;
  /** CPU time of the server for a start, and of the load beside it: what a busy machine changes least. */
  readonly serverCpuMicros: number;
  readonly loadCpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
}

async function main(seconds: number, connectionCounts: readonly number[]): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const stack = await startServer<Word>('serve-stack.ts');
  const { personaId, apiKey, sessionJwt } = stack.word;
  const call = {
    path: `/v1/personas/${personaId}/chat/sessions`,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId }),
  };
  const withJwt = { ...call, headers: { ...call.headers, authorization: `Bearer ${sessionJwt}` } };
  const bare = await startServer<Place>('serve-bare.ts', [await oneAnswer(stack.word.baseUrl, call)]);
  try {
    await load('warm-up', stack, call, 32, WARM_UP_SECONDS);
    const measured: Measured[] = [];
    for (const connections of connectionCounts) {
      measured.push(await load('local stack, API key', stack, call, connections, seconds));
      measured.push(await load('local stack, session JWT', stack, withJwt, connections, seconds));
      measured.push(await load('bare node:http', bare, call, connections, seconds));
    }
    console.log(`\n${describe(measured)}\n`);
    console.log(`${seconds} s each, one after the other; server and load share the cores.`);
    console.log('CPU µs: of the server for a start, all threads. Load µs: of the load itself, for a start.');
    console.log(saveResults('load', machine, { seconds, measured }));
  } finally {
    await Promise.all([stack.stop(), bare.stop()]);
  }
}

/** What the bare server is to say: as many bytes as a real start is answered with. */
async function oneAnswer(baseUrl: string, { path, headers, body }: StartCall): Promise<string> {
  const answer = await fetch(baseUrl + path, { method: 'POST', headers, body });
  if (answer.status !== 201) {
    throw new Error(`The local stack answered a start with ${answer.status}: ${await answer.text()}`);
  }
  const ownHeaders = [...answer.headers].filter(
    ([name]) => !['connection', 'keep-alive', 'date'].includes(name),
  );
  return JSON.stringify({
    status: answer.status,
    headers: Object.fromEntries(ownHeaders),
    body: await answer.text(),
  });
}

async function load(
  name: string,
  server: ServerProcess<Place>,
  { path, headers, body }: StartCall,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const [serverBefore, loadBefore] = [await server.cpuMicros(), cpuMicros()];
  const result = await autocannon({
    url: server.word.baseUrl + path,
    method: 'POST',
    headers,
    body,
    connections,
    duration: seconds,
  });
  const answers = result['2xx'] + result.non2xx;
  return {
    server: name,
    connections,
    perSecond: result['2xx'] / result.duration,
    serverCpuMicros: ((await server.cpuMicros()) - serverBefore) / answers,
    loadCpuMicros: (cpuMicros() - loadBefore) / answers,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    p999Ms: result.latency.p99_9,
    errors: result.errors + result.timeouts + result.non2xx,
  };
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function describe(measured: readonly Measured[]): string {
  const bare = new Map(
    measured.filter(({ server }) => server.startsWith('bare')).map((one) => [one.connections, one.perSecond]),
  );
  return textTable(
    [
      'server',
      'connections',
      'starts/s',
      'of bare',
      'CPU µs',
      'load µs',
      'p50 ms',
      'p99 ms',
      'p99.9 ms',
      'errors',
    ],
    measured.map((one) => [
      one.server,
      one.connections,
      rounded(one.perSecond),
      rounded(one.perSecond / (bare.get(one.connections) ?? Number.NaN), 3),
      rounded(one.serverCpuMicros),
      rounded(one.loadCpuMicros),
      one.p50Ms,
      one.p99Ms,
      one.p999Ms,
      one.errors,
    ]),
  );
}
