// A simulated environment sends again as the functions' client does, and no two calls share one.
import * as timers from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Environments, type Requests } from '../../../bench/partitions/model/environment.ts';
import { throttled } from '../../../bench/partitions/model/refusals.ts';
import { inVirtualTime, VirtualClock } from '../../../bench/partitions/model/virtual-time.ts';
import { getPersona } from '../../../functions/personas/persona.ts';
import { seededRandom } from '../../faults/seeded-random.ts';

const refuse = () => Promise.reject(throttled());
const alwaysThrottled = { carryOut: refuse, putChecking: refuse };

interface Call extends Requests {
  readonly tookMs: number;
  readonly error: unknown;
}

/** One after the other, in one environment. */
async function refusedCalls(count: number): Promise<Call[]> {
  const clock = new VirtualClock(0);
  const environments = new Environments(alwaysThrottled, 0, clock.now);
  const calls: Call[] = [];
  const callAll = async () => {
    for (let i = 0; i < count; i += 1) {
      const beganMs = clock.now();
      await environments.use(async ({ table, requestsSince }) => {
        const error = await getPersona(table, 'org_1', 'psn_1').catch((reason: unknown) => reason);
        calls.push({ tookMs: clock.now() - beganMs, error, ...requestsSince() });
      });
    }
  };
  await inVirtualTime(clock, seededRandom(1), async () => {
    callAll();
    await clock.run();
  });
  return calls;
}

describe('An environment', () => {
  it('sends a throttled request three times in all, and then reports an outage', async () => {
    const [call] = await refusedCalls(1);
    expect(call).toMatchObject({ sent: 3, throttled: 3, error: { name: 'Outage' } });
  });

  it('waits up to a second and up to two, as clients of AWS do when they are throttled', async () => {
    const waits = (await refusedCalls(40)).map(({ tookMs }) => tookMs);
    expect(Math.max(...waits)).toBeGreaterThan(2_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
    expect(new Set(waits).size).toBeGreaterThan(30);
  });

  it('sends nothing again once the quota of its client is used up', async () => {
    const sent = (await refusedCalls(52)).map((call) => call.sent);
    expect(sent.slice(0, 50)).toEqual(Array(50).fill(3));
    expect(sent.slice(50)).toEqual([1, 1]);
  });

  it('serves one call at a time, and the next when it is done', async () => {
    const clock = new VirtualClock(0);
    const environments = new Environments(alwaysThrottled, 0, clock.now);
    const wait = () => environments.use(() => clock.wait(10));
    Promise.all([wait(), wait()]).then(wait);
    await clock.run();
    expect(environments.opened).toBe(2);
  });

  it('leaves the time and the dice of all other code as they were', async () => {
    const before = [timers.setTimeout, Math.random];
    await refusedCalls(1);
    expect([timers.setTimeout, Math.random]).toEqual(before);
  });
});
