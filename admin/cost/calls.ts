// What a start and a turn cost: the same components, of other functions and sizes.
import type { Deployed } from './deployed.ts';
import { billedMs } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import { linesOfCalls, round } from './lines-of-calls.ts';
import type { Measured, MeasuredCall, MeasuredTurn } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
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
  const { start } = measured;
  const authorizerMb = deployed.memoryMb.authorizer;
  const { dynamoDb } = prices;
  const readShare = apiKeyReadShare(use, deployed);
  const authorizerMs =
    use.credentials === 'session-jwt'
      ? billedMs(start.authorizerBySessionJwt, authorizerMb, measured)
      : readShare * billedMs(start.authorizerByApiKey, authorizerMb, measured) +
        (1 - readShare) * billedMs(start.authorizerFromMemory, authorizerMb, measured);
  const endpointMs = billedMs(endpoint, memoryMb, measured);
  const keyUnits = use.credentials === 'session-jwt' ? 0 : readShare * start.authorizerByApiKey.readUnits;
  const persona: Line = {
    component: 'Table, read of the persona',
    because: `${endpoint.readUnits} unit at $${dynamoDb.perMillionReadUnits} a million`,
    usd: millions * endpoint.readUnits * dynamoDb.perMillionReadUnits,
  };
  const table: Line[] = [
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
  ];
  const sizes = { name, number, authorizerMs, endpointMs, endpointMb: memoryMb };
  return linesOfCalls({ ...calls, ...sizes, table }, deployed, measured, prices);
}

/** Of the calls, those for which the authorizer has to read the key: the first, and each after it was forgotten. */
function apiKeyReadShare(
  { startsPerMonth, turnsPerMonth, apiKeys }: Use,
  { apiKeyRememberSeconds }: Deployed,
): number {
  const callsPerSecondAndKey = (startsPerMonth + turnsPerMonth) / SECONDS_PER_MONTH / apiKeys;
  return 1 / (1 + callsPerSecondAndKey * apiKeyRememberSeconds);
}
