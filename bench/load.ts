// `npm run bench:load`: starts a second that the local stack takes, beside a bare server that answers the same bytes.
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { startServer } from './load/server-process.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { rounded, textTable } from './report/text-table.ts';

const CONNECTIONS = [1, 32, 256];
const WARM_UP_SECONDS = 5;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
await main(Number(values.seconds));

interface Word {
  readonly baseUrl: string;
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
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
}

async function main(seconds: number): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const stack = await startServer<Word>('serve-stack.ts');
  const { baseUrl, personaId, apiKey, sessionJwt } = stack.word;
  const call = {
    path: `/v1/personas/${personaId}/chat/sessions`,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId }),
  };
  const withJwt = { ...call, headers: { ...call.headers, authorization: `Bearer ${sessionJwt}` } };
  const bare = await startServer<Pick<Word, 'baseUrl'>>('serve-bare.ts', [await oneAnswer(baseUrl, call)]);
  try {
    await load('warm-up', baseUrl, call, 32, WARM_UP_SECONDS);
    const measured: Measured[] = [];
    for (const connections of CONNECTIONS) {
      measured.push(await load('local stack, API key', baseUrl, call, connections, seconds));
      measured.push(await load('local stack, session JWT', baseUrl, withJwt, connections, seconds));
      measured.push(await load('bare node:http', bare.word.baseUrl, call, connections, seconds));
    }
    console.log(`\n${describe(measured)}\n`);
    console.log(`${seconds} s each, one after the other; server and load share the cores.`);
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
  server: string,
  baseUrl: string,
  { path, headers, body }: StartCall,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const result = await autocannon({
    url: baseUrl + path,
    method: 'POST',
    headers,
    body,
    connections,
    duration: seconds,
  });
  return {
    server,
    connections,
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    p999Ms: result.latency.p99_9,
    errors: result.errors + result.timeouts + result.non2xx,
  };
}

function describe(measured: readonly Measured[]): string {
  const bare = new Map(
    measured.filter(({ server }) => server.startsWith('bare')).map((one) => [one.connections, one.perSecond]),
  );
  return textTable(
    ['server', 'connections', 'starts/s', 'of bare', 'p50 ms', 'p99 ms', 'p99.9 ms', 'errors'],
    measured.map((one) => [
      one.server,
      one.connections,
      rounded(one.perSecond),
      rounded(one.perSecond / (bare.get(one.connections) ?? Number.NaN), 3),
      one.p50Ms,
      one.p99Ms,
      one.p999Ms,
      one.errors,
    ]),
  );
}
