// `npm run bench:load`: starts a second that the local stack takes, beside a bare server that answers the same bytes.
import { parseArgs } from 'node:util';
import { type Measured, measureLoad, type Place, type StartCall } from './load/measure-load.ts';
import { startServer } from './load/server-process.ts';
import { cpuTable, throughputTable } from './load/tables.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';

/** Each environment compiles for itself, so it takes some thousands of starts until all are warm. */
const WARM_UP_SECONDS = 15;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '1,32,256' },
    config: { type: 'string', default: '{}' },
  },
});
await main(Number(values.seconds), values.connections.split(',').map(Number), values.config);

interface Word extends Place {
  readonly personaId: string;
  readonly apiKey: string;
  readonly sessionJwt: string;
}

async function main(seconds: number, connectionCounts: readonly number[], config: string): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const stack = await startServer<Word>('serve-stack.ts', [config]);
  const { personaId, apiKey, sessionJwt } = stack.word;
  const call = {
    path: `/v1/personas/${personaId}/chat/sessions`,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ personaId }),
  };
  const withJwt = { ...call, headers: { ...call.headers, authorization: `Bearer ${sessionJwt}` } };
  const bare = await startServer<Place>('serve-bare.ts', [await oneAnswer(stack.word.baseUrl, call)]);
  try {
    await measureLoad('warm-up', stack, call, 32, WARM_UP_SECONDS);
    const measured: Measured[] = [];
    for (const connections of connectionCounts) {
      measured.push(await measureLoad('local stack, API key', stack, call, connections, seconds));
      measured.push(await measureLoad('local stack, session JWT', stack, withJwt, connections, seconds));
      measured.push(await measureLoad('bare node:http', bare, call, connections, seconds));
    }
    console.log(`\n${throughputTable(measured)}\n\n${cpuTable(measured)}\n`);
    console.log(`${seconds} s each, one after the other; server and load share the cores.`);
    console.log(
      'V8 beside: compiling and collecting garbage in threads of its own. Load: autocannon itself.',
    );
    console.log(saveResults('load', machine, { seconds, config, measured }));
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
