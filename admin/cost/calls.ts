// What a start and a turn cost: the same components, of other functions and sizes.
import type { Deployed } from './deployed.ts';
import { billedMs, gbSeconds } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import type { Measured, MeasuredCall, MeasuredTurn } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const SECONDS_PER_MONTH = 730 * 3_600;

interface Calls extends Omit<MeasuredTurn, 'recordChatTurn' | 'on'> {
  readonly name: string;
  readonly number: number;
  readonly endpoint: MeasuredCall;
  readonly memoryMb: number;
}

export function startLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { start } = measured;
  const calls: Calls = {
    ...start,
    name: 'start',
    number: use.startsPerMonth,
    endpoint: start.startChatSession,
    memoryMb: deployed.memoryMb.startChatSession,
  };
  return callLines(calls, use, deployed, measured, prices);
}

export function turnLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { turn } = measured;
  const calls: Calls = {
    ...turn,
    name: 'turn',
    number: use.turnsPerMonth,
    endpoint: turn.recordChatTurn,
    memoryMb: deployed.memoryMb.recordChatTurn,
  };
  return callLines(calls, use, deployed, measured, prices).map((line) => ({
    ...line,
    component: `Turns: ${line.component}`,
  }));
}

function callLines(calls: Calls, use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { name, number, endpoint, memoryMb } = calls;
  const millions = number / MILLION;
  const { start, assumed } = measured;
  const authorizerMb = deployed.memoryMb.authorizer;
  const { httpApi, lambdaArm, dynamoDb, cloudWatch, dataTransferOut } = prices;
  const readShare = apiKeyReadShare(use, deployed);
  const authorizerMs =
    use.credentials === 'session-jwt'
      ? billedMs(start.authorizerBySessionJwt, authorizerMb, measured)
      : readShare * billedMs(start.authorizerByApiKey, authorizerMb, measured) +
        (1 - readShare) * billedMs(start.authorizerFromMemory, authorizerMb, measured);
  const endpointMs = billedMs(endpoint, memoryMb, measured);
  const time = (ms: number, mb: number) => number * gbSeconds(ms, mb) * lambdaArm.perGbSecond;
  const keyUnits = use.credentials === 'session-jwt' ? 0 : readShare * start.authorizerByApiKey.readUnits;
  const sentGb = (number * calls.responseBytes) / GB;
  const persona: Line = {
    component: 'Table, read of the persona',
    because: `${endpoint.readUnits} unit at $${dynamoDb.perMillionReadUnits} a million`,
    usd: millions * endpoint.readUnits * dynamoDb.perMillionReadUnits,
  };
  return [
    {
      component: 'API requests',
      because: `1 at $${httpApi.perMillionRequests} a million`,
      usd: millions * httpApi.perMillionRequests,
    },
    {
      component: 'Lambda requests',
      because: `2 (authorizer, ${name}) at $${lambdaArm.perMillionRequests} a million`,
      usd: 2 * millions * lambdaArm.perMillionRequests,
    },
    {
      component: 'Lambda time, authorizer',
      because: `${round(authorizerMs)} ms of ${authorizerMb} MB`,
      usd: time(authorizerMs, authorizerMb),
    },
    {
      component: `Lambda time, ${name}`,
      because: `${round(endpointMs)} ms of ${memoryMb} MB`,
      usd: time(endpointMs, memoryMb),
    },
    {
      component: 'Lambda time, cold starts',
      because: `${assumed.coldShare * 100} % of both, ${assumed.coldMs} ms each`,
      usd: time(assumed.coldShare * assumed.coldMs, authorizerMb + memoryMb),
    },
    {
      component: 'Table, writes',
      because: `${endpoint.writeUnits} unit at $${dynamoDb.perMillionWriteUnits} a million`,
      usd: millions * endpoint.writeUnits * dynamoDb.perMillionWriteUnits,
    },
    ...(endpoint.readUnits > 0 ? [persona] : []),
    {
      component: 'Table, read of the API key',
      because: `${round(keyUnits)} unit at $${dynamoDb.perMillionReadUnits} a million`,
      usd: millions * keyUnits * dynamoDb.perMillionReadUnits,
    },
    {
      component: 'Logs',
      because: `${calls.accessLogBytes} bytes of access log (${deployed.accessLogClass}), ${calls.functionLogBytes} of the functions`,
      usd:
        (number / GB) *
        (calls.accessLogBytes * cloudWatch.logsPerGb[deployed.accessLogClass] +
          calls.functionLogBytes * cloudWatch.logsPerGb.STANDARD),
    },
    {
      component: 'Data transfer out',
      because: `${calls.responseBytes} bytes; ${dataTransferOut.freeGbPerMonth} GB a month are free of charge`,
      usd: Math.max(0, sentGb - dataTransferOut.freeGbPerMonth) * dataTransferOut.perGb,
    },
  ];
}

/** Of the calls, those for which the authorizer has to read the key: the first, and each after it was forgotten. */
function apiKeyReadShare(
  { startsPerMonth, turnsPerMonth, apiKeys }: Use,
  { apiKeyRememberSeconds }: Deployed,
): number {
  const callsPerSecondAndKey = (startsPerMonth + turnsPerMonth) / SECONDS_PER_MONTH / apiKeys;
  return 1 / (1 + callsPerSecondAndKey * apiKeyRememberSeconds);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
