// The additional cost of rejected designs, for the same starts.
import type { Deployed } from './deployed.ts';
import type { Line, Use } from './line.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const SECONDS_PER_MONTH = 730 * 3_600;

/** Lambda's own lines about successful invocations of two functions: a start line and a report each, in JSON. */
const SYSTEM_LINES_BYTES = 2 * (220 + 420);
/** A line of ours for each start, with its metric. */
const METRIC_LINE_BYTES = 400;

/** @returns the additional cost of each; a few cents less for provisioned concurrency, whose compute time is cheaper. */
export function rejectedAlternatives(use: Use, deployed: Deployed, prices: Prices): Line[] {
  const millions = use.startsPerMonth / MILLION;
  const { httpApi, restApi, lambdaArm, dynamoDb, cloudWatch } = prices;
  const logs = (bytes: number) => (millions * MILLION * bytes * cloudWatch.logsPerGb.STANDARD) / 1e9;
  const provisionedGb = (deployed.memoryMb.authorizer + deployed.memoryMb.startChatSession) / 1_024;
  return [
    {
      component: 'A REST API',
      because: `$${restApi.perMillionRequests} a million instead of $${httpApi.perMillionRequests}`,
      usd: millions * (restApi.perMillionRequests - httpApi.perMillionRequests),
    },
    {
      component: 'A transaction that checks the persona',
      because: '4 write units instead of 1',
      usd: millions * 3 * dynamoDb.perMillionWriteUnits,
    },
    {
      component: 'An index on sessions',
      because: '1 write unit more for each start, and 1 for each change',
      usd: millions * dynamoDb.perMillionWriteUnits,
    },
    {
      component: 'A record for every idempotency key',
      because: '1 write unit more; a UUIDv7 needs none',
      usd: millions * dynamoDb.perMillionWriteUnits,
    },
    {
      component: 'Provisioned concurrency',
      because: `1 environment each of authorizer and start, ${provisionedGb} GB, all month`,
      usd: provisionedGb * SECONDS_PER_MONTH * lambdaArm.provisionedPerGbSecond,
    },
    {
      component: "Lambda's own log lines of every call",
      because: `${SYSTEM_LINES_BYTES} bytes of two functions`,
      usd: logs(SYSTEM_LINES_BYTES),
    },
    {
      component: 'A metric in a log line of every call that went well',
      because: `${METRIC_LINE_BYTES} bytes; Lambda counts and times them for nothing`,
      usd: logs(METRIC_LINE_BYTES),
    },
  ];
}
