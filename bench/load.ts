// `npm run bench -- load`: the starts a second that the local stack handles, with the configuration of each stage, beside a
// bare server that answers the same bytes.
import { type Measured, measureLoad, type Place, type StartCall } from './load/measure-load.ts';
import { type ReadyStack, startCall } from './load/ready-stack.ts';
import { type ServerProcess, startServer } from './load/server-process.ts';
import { cpuTable, throughputTable } from './load/tables.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';

export interface LoadOptions {
  /** For each measurement. */
  readonly seconds: number;
  /** Each execution environment compiles its own code, so all are warm only after some thousands of starts. */
  readonly warmUp: number;
  /** Numbers of concurrent callers, with one measurement each. */
  readonly connections: readonly number[];
  readonly stages: readonly string[];
  /** Fields of the configuration of every stage, as JSON. */
  readonly config: string;
}

interface Measure {
  readonly name: string;
  readonly server: ServerProcess<Place>;
  readonly call: StartCall;
}

export async function benchLoad({
  seconds,
  warmUp,
  connections,
  stages,
  config,
}: LoadOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const servers: ServerProcess<Place>[] = [];
  const started = <Server extends ServerProcess<Place>>(server: Server): Server => {
    servers.push(server);
    return server;
  };
  try {
    const measures: Measure[] = [];
    for (const stage of stages) {
      const stack = started(await startServer<ReadyStack>('serve-stack.ts', [stage, config]));
      const { personaId, apiKey, sessionJwt } = stack.ready;
      const withToken = (token: string) => startCall(personaId, token);
      measures.push(
        { name: `${stage}, API key`, server: stack, call: withToken(apiKey) },
        { name: `${stage}, session JWT`, server: stack, call: withToken(sessionJwt) },
      );
    }
    const [first] = measures as [Measure, ...Measure[]];
    const answer = await oneAnswer(first.server.ready.baseUrl, first.call);
    const bare = started(await startServer<Place>('serve-bare.ts', [answer]));
    measures.push({ name: 'bare node:http', server: bare, call: first.call });
    for (const { name, server, call } of measures) {
      await measureLoad(name, server, call, 32, warmUp);
    }
    const measured: Measured[] = [];
    for (const count of connections) {
      for (const { name, server, call } of measures) {
        measured.push(await measureLoad(name, server, call, count, seconds));
      }
    }
    console.log(`\n${throughputTable(measured)}\n\n${cpuTable(measured)}\n`);
    console.log(`${seconds} s each, one after the other; server and load share the cores.`);
    console.log(
      'V8 beside: compiling and collecting garbage in threads of its own. Load: autocannon itself.',
    );
    console.log(saveResults('load', machine, { seconds, config, measured }));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The answer of the bare server: that of a real start. */
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
