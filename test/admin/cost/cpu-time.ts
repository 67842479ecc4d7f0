// Run in a process of its own: invokes a function's bundle many times and prints the CPU time of one warm call.
import { createRequire } from 'node:module';

const WARM_UP_CALLS = 300;
/** The least of several rounds, since a busy machine only ever adds. */
const ROUNDS = 8;
const CALLS_PER_ROUND = 200;

/** Of the session whose turns are measured. */
const TURNS_BEFORE = 2;

const EXPECTS_REFUSAL = process.env.EXPECTS_REFUSAL === 'true';

const [bundle = '', event = ''] = process.argv.slice(2);
const { handler } = createRequire(import.meta.url)(bundle);
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

let calls = 0;

async function invoke(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    calls += 1;
    // A turn has another number each time, and an unknown key other characters.
    const answer = await handler(JSON.parse(event.replace('%CALL%', String(calls + TURNS_BEFORE))), {
      getRemainingTimeInMillis: () => 10_000,
    });
    const succeeded = (answer.statusCode ?? 200) < 300 && (answer.context?.authn ?? 'ok') === 'ok';
    const refused = answer.statusCode === 401 || answer.context?.authn === 'invalid';
    if (EXPECTS_REFUSAL ? !refused : !succeeded) {
      throw new Error(`The function does not do what is to be measured: ${JSON.stringify(answer)}`);
    }
  }
}

async function cpuMsOfOneCall(): Promise<number> {
  const before = process.threadCpuUsage();
  await invoke(CALLS_PER_ROUND);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / CALLS_PER_ROUND;
}

await invoke(WARM_UP_CALLS);
let least = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round += 1) {
  least = Math.min(least, await cpuMsOfOneCall());
}
write(String(least), () => process.exit());
