// `npm run soak`: many callers for many minutes, faults everywhere, and then the table against what they were told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { synthesise } from '../../local/synthesise.ts';
import { QUICK_FAULTS } from '../faults/fault.ts';
import type { Rule } from '../faults/fault-script.ts';
import { FAULTY_STACK_CONFIG, type FaultyStack, startFaultyStack } from '../faults/faulty-stack.ts';
import { seededRandom, seedFrom } from '../faults/seeded-random.ts';
import { compareWithTable } from './compare.ts';
import { Ledger } from './ledger.ts';
import { ACTIONS, type Action, actOnce, type Load } from './load.ts';

const USAGE = `Usage: npm run soak [-- options]

Starts, reads, lists, uses, changes, ends and deletes sessions through the local stack, with faults between callers and gateway and
between functions and database. Then compares the table with what the callers were told.

  --minutes <n>  how long (5)
  --rate <n>     actions a second at most (20)
  --seed <n>     repeats the choices and the faults of an earlier run
  --help         shows this
`;

const TENANTS = 6;
const AT_ONCE_MAX = 48;
const PROGRESS_EVERY_MS = 10_000;
/** Calls that somebody has given up on may still arrive. */
const SETTLING_MS = 3_000;

const DATABASE_FAULTS: readonly Rule<unknown>[] = [
  {
    probability: 0.002,
    fault: [{ kind: 'hang-before' }, { kind: 'hang-after' }, { kind: 'stall' }, { kind: 'delay', ms: 1_500 }],
  },
  { probability: 0.1, fault: QUICK_FAULTS },
];
const CLIENT_FAULTS: readonly Rule<unknown>[] = [{ probability: 0.1, fault: QUICK_FAULTS }];

const options = readOptions();
if (options !== undefined) {
  process.exitCode = (await soak(options)) ? 0 : 1;
}

interface Options {
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
}

interface Tally {
  readonly done: Record<Action, number>;
  attempts: number;
  faults: number;
  underWay: number;
}

async function soak({ minutes, rate, seed }: Options): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-soak-'));
  console.info(`Soaking for ${minutes} min at ${rate} actions a second at most, seed ${seed}`);
  const synthesised = await synthesise({ folder, config: FAULTY_STACK_CONFIG });
  const stack = await startFaultyStack({ synthesised, seed });
  try {
    const ledger = new Ledger();
    const tally: Tally = {
      done: { start: 0, read: 0, list: 0, turn: 0, update: 0, end: 0, delete: 0 },
      attempts: 0,
      faults: 0,
      underWay: 0,
    };
    const load: Load = {
      url: stack.client.url,
      tenants: await Promise.all(Array.from({ length: TENANTS }, () => stack.newTenant())),
      ledger,
      random: seededRandom(seed).fork('load'),
    };
    stack.client.follow(CLIENT_FAULTS);
    stack.database.follow(DATABASE_FAULTS);
    await drive(load, { minutes, rate, tally, stack });
    stack.client.follow([]);
    stack.database.follow([]);
    await sleep(SETTLING_MS);
    return await summarise(stack, ledger, tally, seed);
  } finally {
    await stack.close();
    stack.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Until the time is up or Ctrl-C, and then until the last action is done. */
async function drive(
  load: Load,
  { minutes, rate, tally, stack }: { minutes: number; rate: number; tally: Tally; stack: FaultyStack },
): Promise<void> {
  const beganAtMs = performance.now();
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  let reportAtMs = beganAtMs + PROGRESS_EVERY_MS;
  while (!stopped && performance.now() < beganAtMs + minutes * 60_000) {
    if (tally.underWay < AT_ONCE_MAX) {
      void count(load, tally);
    }
    if (performance.now() > reportAtMs) {
      reportAtMs += PROGRESS_EVERY_MS;
      report(load.ledger, tally, stack, beganAtMs);
    }
    await sleep(1_000 / rate);
  }
  while (tally.underWay > 0) {
    await sleep(20);
  }
  report(load.ledger, tally, stack, beganAtMs);
}

async function count(load: Load, tally: Tally): Promise<void> {
  tally.underWay += 1;
  try {
    const { action, attempts } = await actOnce(load);
    tally.done[action] += 1;
    tally.attempts += attempts;
  } catch (error) {
    load.ledger.complain(`An action failed: ${String(error)}`);
  } finally {
    tally.underWay -= 1;
  }
}

function report(ledger: Ledger, tally: Tally, stack: FaultyStack, beganAtMs: number): void {
  for (const proxy of [stack.client, stack.database]) {
    tally.faults += proxy.records.filter(({ fault }) => fault !== undefined).length;
    proxy.forget();
  }
  const seconds = Math.round((performance.now() - beganAtMs) / 1_000);
  const actions = ACTIONS.map((action) => `${tally.done[action]} ${action}`).join(', ');
  console.info(
    `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${actions}; ` +
      `${tally.attempts} attempts, ${tally.faults} faults, ${ledger.live.length} sessions, ${ledger.complaints.length} complaints`,
  );
}

async function summarise(stack: FaultyStack, ledger: Ledger, tally: Tally, seed: number): Promise<boolean> {
  const { live, tombstones, intents, unclaimed, ...table } = await compareWithTable(stack, ledger);
  const complaints = [...ledger.complaints, ...table.complaints];
  const { length: told } = ledger.allTold;
  console.info(`
${ledger.intents} starts were asked for, ${told} were answered, ${told - ledger.live.length} of them deleted since.
The table holds ${live} sessions, ${unclaimed} of them of starts without a key whose answer was lost,
${tombstones} tombstones of deleted ones and ${intents} intents. ${tally.faults} faults were met.
${complaints.length === 0 ? 'Nothing is lost, nothing doubled, nothing foreign.' : complaints.slice(0, 50).join('\n')}
${complaints.length === 0 ? '' : `${complaints.length} complaints; again: npm run soak -- --seed ${seed}`}`);
  return complaints.length === 0;
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      rate: { type: 'string', default: '20' },
      seed: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.info(USAGE);
    return undefined;
  }
  return {
    minutes: positive('minutes', values.minutes),
    rate: positive('rate', values.rate),
    seed: seedFrom(values.seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) {
    throw new RangeError(`--${name} must be a number above 0, not "${text}"`);
  }
  return number;
}
