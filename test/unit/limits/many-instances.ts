// Many instances of a function before one table, in virtual time: callers send at their pace, and calls take theirs.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LimitedCaller, LimitRequests } from '../../../functions/limits/rate-limit.ts';
import { seededRandom } from '../../faults/seeded-random.ts';

export interface Scenario {
  readonly instances: number;
  readonly callers: number;
  readonly requestsPerMinute: number;
  readonly seconds: number;
  readonly seed: number;
  /** Who the callers are; the same org without a key of its own otherwise. */
  callerAt?(position: number): LimitedCaller;
  open(client: DynamoDBDocumentClient, now: () => number): LimitRequests;
}

export interface Outcome {
  readonly offered: number;
  readonly accepted: number;
  /** Counting writes, those included that were refused. */
  readonly writes: number;
  /** Accepted requests that had to wait for their count. */
  readonly waited: number;
}

const CALL_MS = 5;
/** What a request does beside its count. */
const WORK_MS = 12;

interface Update {
  readonly Key: { readonly pk: string };
  readonly ExpressionAttributeNames?: { readonly '#key': string };
  readonly ExpressionAttributeValues: {
    readonly ':n': number;
    readonly ':orgLimit': number;
    readonly ':keyLimit'?: number;
  };
}

export async function runInstances(scenario: Scenario): Promise<Outcome> {
  const random = seededRandom(scenario.seed);
  const agenda: { readonly atMs: number; readonly act: () => void }[] = [];
  let nowMs = 0;
  const inMs = (ms: number, act: () => void) => {
    const atMs = nowMs + ms;
    let place = agenda.length;
    while (place > 0 && (agenda[place - 1]?.atMs ?? 0) < atMs) {
      place -= 1;
    }
    agenda.splice(place, 0, { atMs, act });
  };
  const sleep = (ms: number) => new Promise<void>((resolve) => inMs(ms, resolve));

  let writes = 0;
  const counts = new Map<string, number>();
  const client = {
    async send({ input }: { input: Partial<Update> & { Key: Update['Key'] } }) {
      await sleep(CALL_MS * (0.5 + random.next()));
      if (input.ExpressionAttributeValues === undefined) {
        return { Item: undefined };
      }
      writes += 1;
      const { ':n': n, ':orgLimit': limit, ':keyLimit': keyLimit } = input.ExpressionAttributeValues;
      const key = input.ExpressionAttributeNames?.['#key'];
      const [ofOrg, ofKey] = [input.Key.pk, `${input.Key.pk} ${key}`].map(
        (name) => counts.get(name) ?? 0,
      ) as [number, number];
      if (ofOrg >= limit || (keyLimit !== undefined && ofKey >= keyLimit)) {
        throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
      }
      counts.set(input.Key.pk, ofOrg + n);
      counts.set(`${input.Key.pk} ${key}`, ofKey + n);
      await sleep(CALL_MS * random.next());
      return { Attributes: { requests: ofOrg + n, ...(key && { [key]: ofKey + n }) } };
    },
  } as unknown as DynamoDBDocumentClient;

  const idle = Array.from({ length: scenario.instances }, () => scenario.open(client, () => nowMs));
  const waiting: (() => void)[] = [];
  const outcome = { offered: 0, accepted: 0, waited: 0 };

  async function request(position: number): Promise<void> {
    while (idle.length === 0) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    const [instance] = idle.splice(Math.floor(random.next() * idle.length), 1) as [LimitRequests];
    outcome.offered += 1;
    const { verdict, counted } = instance(scenario.callerAt?.(position) ?? { orgId: 'org_1' });
    const allowed = (await verdict) === 'allowed';
    outcome.accepted += allowed ? 1 : 0;
    outcome.waited += allowed && typeof verdict !== 'string' ? 1 : 0;
    await Promise.all([counted, allowed ? sleep(WORK_MS) : undefined]);
    idle.push(instance);
    waiting.shift()?.();
  }

  async function caller(position: number): Promise<void> {
    const paceMs = (60_000 / scenario.requestsPerMinute) * scenario.callers;
    await sleep(random.next() * paceMs);
    while (nowMs < scenario.seconds * 1_000) {
      const startedMs = nowMs;
      await request(position);
      await sleep(Math.max(0, paceMs * (0.5 + random.next()) - (nowMs - startedMs)));
    }
  }

  let running = scenario.callers;
  for (let i = 0; i < scenario.callers; i += 1) {
    void caller(i).then(() => {
      running -= 1;
    });
  }
  while (running > 0) {
    await settled();
    const next = agenda.pop();
    if (next !== undefined) {
      nowMs = next.atMs;
      next.act();
    }
  }
  return { ...outcome, writes };
}

/** Whatever follows from what has just happened has happened afterwards. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
