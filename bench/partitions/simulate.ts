// Simulates one persona under load in virtual time: random arrivals, execution environments, and the result of every start.
import { Outage } from '../../functions/aws/outage.ts';
import { personaKey } from '../../functions/personas/persona.ts';
import { parseIdempotencyKey } from '../../functions/sessions/idempotency-key.ts';
import { startSession } from '../../functions/sessions/start.ts';
import { ULID_RANDOM_BYTES } from '../../functions/sessions/ulid.ts';
import { uuidV7 } from '../../sdk/typescript/src/uuid-v7.ts';
import { type SeededRandom, seededRandom } from '../../test/faults/seeded-random.ts';
import type { Design } from './designs/designs.ts';
import { type Figures, figuresOf, type Start } from './figures.ts';
import { Environments } from './model/environment.ts';
import { PartitionedTable } from './model/partitioned-table.ts';
import type { PartitionsOptions } from './model/partitions.ts';
import { inVirtualTime, VirtualClock } from './model/virtual-time.ts';

export interface Scenario {
  readonly design: Design;
  readonly startsPerSecond: number;
  readonly shards: number;
  /** The number of physical partitions of the table; `isolated` gives each shard its own. */
  readonly partitions: PartitionsOptions['count'];
  /** The number of partitions of the index, if the design has one. Its keys are spread evenly. */
  readonly indexPartitions: number;
  readonly personaRememberSeconds: number;
  readonly seed: number;
  /** Seconds of traffic that are not counted, while environments start and cache personas. */
  readonly warmUpSeconds: number;
  readonly countedSeconds: number;
  /** Seconds of unused units that a partition saves: 1 for no burst credit, 300 for the most that AWS gives. */
  readonly savedSeconds: number;
  readonly bucketsBegin: PartitionsOptions['begins'];
}

const BEGINS_MS = Date.parse('2026-06-01T12:00:00.000Z');
const LONG_AGO_MS = BEGINS_MS - 7 * 24 * 60 * 60_000;
const SCOPE = {
  orgId: 'org_3Q7TZK5M',
  workspaceId: 'ws_8W2NCD4R',
  userId: 'usr_5J9XHB6V',
  personaId: 'psn_2F6YGE8T',
};

/** Deterministic: the same scenario always has the same figures. */
export async function simulate(scenario: Scenario): Promise<Figures> {
  const random = seededRandom(scenario.seed);
  const clock = new VirtualClock(BEGINS_MS);
  const table = openPartitions(scenario, clock, random.fork('table'));
  const environments = new Environments(table, scenario.personaRememberSeconds * 1000, clock.now);
  const starts: Start[] = [];
  const arrivals = random.fork('arrivals');
  const keys = random.fork('keys');
  const endsMs = BEGINS_MS + (scenario.warmUpSeconds + scenario.countedSeconds) * 1000;
  const arrive = () => {
    if (clock.now() < endsMs) {
      starting(scenario, environments, clock, keys).then((start) => starts.push(start));
      clock.after(untilNext(scenario.startsPerSecond, arrivals), arrive);
    }
  };
  await inVirtualTime(clock, random.fork('retries'), async () => {
    arrive();
    await clock.run();
  });
  const countedFromMs = BEGINS_MS + scenario.warmUpSeconds * 1000;
  return figuresOf(starts, countedFromMs, table.consumed, environments.opened);
}

function openPartitions(
  { design, partitions, indexPartitions, shards, seed, savedSeconds, bucketsBegin }: Scenario,
  clock: VirtualClock,
  random: SeededRandom,
): PartitionedTable {
  const shared = { savedSeconds, begins: bucketsBegin, salt: String(seed) };
  const index = design.index && {
    keyOf: design.index,
    partitions: { ...shared, count: indexPartitions },
  };
  const table = new PartitionedTable(
    { partitions: { ...shared, count: partitions }, ...(index && { index }) },
    clock,
    random,
  );
  table.seed({
    ...personaKey(SCOPE.orgId, SCOPE.personaId),
    name: 'Luna',
    status: 'active',
    ...(shards === 1 ? {} : { shardChanges: [{ fromMs: LONG_AGO_MS, count: shards }] }),
  });
  return table;
}

/** The time to the next arrival of independent callers, in milliseconds. */
function untilNext(perSecond: number, random: SeededRandom): number {
  return (-Math.log(1 - random.next()) / perSecond) * 1000;
}

async function starting(
  { design }: Scenario,
  environments: Environments,
  { now }: VirtualClock,
  random: SeededRandom,
): Promise<Start> {
  const arrivedMs = now();
  const nowMs = Math.floor(arrivedMs);
  const requestId = Buffer.from(random.bytes(12)).toString('base64');
  const key = keyOfSdk(nowMs, random);
  const intent = { scope: SCOPE, title: undefined, key };
  const bytes = random.bytes(ULID_RANDOM_BYTES);
  const request = { requestId, nowMs, random: () => bytes, expiresAt: undefined };
  return environments.use(async ({ table, findPersona, requestsSince }) => {
    const outcome = await startSession(design.writing?.(table) ?? table, intent, request, findPersona).then(
      ({ outcome }) => outcome,
      outageAsOutcome,
    );
    return { arrivedMs, tookMs: now() - arrivedMs, outcome, ...requestsSince() };
  });
}

function keyOfSdk(nowMs: number, random: SeededRandom) {
  const parsed = parseIdempotencyKey(uuidV7(nowMs, new Uint8Array(random.bytes(16))), nowMs);
  if (!('key' in parsed)) {
    throw new Error(parsed.problem);
  }
  return parsed.key;
}

function outageAsOutcome(error: unknown): 'outage' {
  if (error instanceof Outage) {
    return 'outage';
  }
  throw error;
}
