// The cost of limits, usage and events, where they are configured.
import type { Deployed } from './deployed.ts';
import { billedMs, gbSeconds } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import type { Measured, MeasuredCall } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const MINUTES_PER_MONTH = 730 * 60;

/** For one shard: with more shards, the same work is done in more and smaller batches. */
export function customerLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { isLimited, consumersMb } = deployed;
  return [
    ...(isLimited ? [limitsLine(use, measured, prices)] : []),
    ...(consumersMb.countUsage === undefined
      ? []
      : usageLines(use, consumersMb.countUsage, measured, prices)),
    ...(consumersMb.publishSessionEvents === undefined
      ? []
      : eventLines(use, deployed, consumersMb.publishSessionEvents, measured, prices)),
  ];
}

function limitsLine(
  { startsPerMonth, turnsPerMonth }: Use,
  { customers }: Measured,
  { dynamoDb }: Prices,
): Line {
  const { writeUnits } = customers.limits;
  return {
    component: 'Limits, counting',
    because: `${writeUnits} write unit at most; a fraction on great plans. The plan is read once a minute`,
    usd: ((startsPerMonth + turnsPerMonth) / MILLION) * writeUnits * dynamoDb.perMillionWriteUnits,
  };
}

/** A batch a minute with a write for each org in it, and the final invocation of the tumbling window. */
function usageLines(use: Use, memoryMb: number, measured: Measured, prices: Prices): Line[] {
  const { countUsage } = measured.customers;
  const changes = use.startsPerMonth + use.turnsPerMonth;
  const batches = Math.min(changes, MINUTES_PER_MONTH);
  const writes = Math.min(changes, MINUTES_PER_MONTH * use.apiKeys) * countUsage.writeUnits;
  return [
    {
      component: 'Usage, writes',
      because: `${writes.toLocaleString('en-US')}: one a minute for each of ${use.apiKeys} orgs at most`,
      usd: (writes / MILLION) * prices.dynamoDb.perMillionWriteUnits,
    },
    {
      component: 'Usage, Lambda',
      because: `${(2 * batches).toLocaleString('en-US')} invocations: a batch a minute, and the end of its window`,
      usd: invocationsUsd(2 * batches, memoryMb, countUsage, measured, prices),
    },
  ];
}

/** At worst, changes come so far apart that each is a batch, also those of which nothing is published. */
function eventLines(
  { startsPerMonth, turnsPerMonth }: Use,
  { areTurnsPublished }: Deployed,
  memoryMb: number,
  measured: Measured,
  prices: Prices,
): Line[] {
  const events = startsPerMonth + (areTurnsPublished ? turnsPerMonth : 0);
  return [
    {
      component: 'Events, bus',
      because: `1 at $${prices.eventBridge.perMillionEvents} a million; a change, an end or a deletion is one more`,
      usd: (events / MILLION) * prices.eventBridge.perMillionEvents,
    },
    {
      component: 'Events, Lambda',
      because: 'an invocation for each at most; up to 100 within a second are one',
      usd: invocationsUsd(
        startsPerMonth + turnsPerMonth,
        memoryMb,
        measured.customers.publishSessionEvents,
        measured,
        prices,
      ),
    },
  ];
}

function invocationsUsd(
  invocations: number,
  memoryMb: number,
  call: MeasuredCall,
  measured: Measured,
  { lambdaArm }: Prices,
): number {
  const seconds = gbSeconds(billedMs(call, memoryMb, measured), memoryMb);
  return (
    (invocations / MILLION) * lambdaArm.perMillionRequests + invocations * seconds * lambdaArm.perGbSecond
  );
}
