// What requests cost: those that start sessions, and those that record turns.
import type { Deployed } from './deployed.ts';
import { billedMs, gbSeconds } from './lambda-time.ts';
import { type Line, requestsPerMonth, rounded, type Use } from './line.ts';
import type { Measured, MeasuredCall, MeasuredRequest } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const SECONDS_PER_MONTH = 730 * 3_600;

interface Requests {
  readonly count: number;
  /** What each of them does, in a word. */
  readonly what: string;
  readonly call: MeasuredCall;
  readonly memoryMb: number;
  readonly request: MeasuredRequest;
}

export function startLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { start } = measured;
  const requests = {
    count: use.startsPerMonth,
    what: 'start',
    call: start.startChatSession,
    memoryMb: deployed.memoryMb.startChatSession,
    request: start,
  };
  return requestLines(requests, use, deployed, measured, prices);
}

export function turnLines(use: Use, deployed: Deployed, measured: Measured, prices: Prices): Line[] {
  const { turn } = measured;
  const requests = {
    count: use.turnsPerMonth,
    what: 'turn',
    call: turn.recordChatTurn,
    memoryMb: deployed.memoryMb.recordChatTurn,
    request: turn,
  };
  return use.turnsPerMonth === 0 ? [] : requestLines(requests, use, deployed, measured, prices);
}

function requestLines(
  { count, what, call, memoryMb, request }: Requests,
  use: Use,
  deployed: Deployed,
  measured: Measured,
  prices: Prices,
): Line[] {
  const millions = count / MILLION;
  const { start, assumed } = measured;
  const authorizerMb = deployed.memoryMb.authorizer;
  const { httpApi, lambdaArm, dynamoDb, cloudWatch, dataTransferOut } = prices;
  const readShare = apiKeyReadShare(use, deployed);
  const authorizerMs =
    use.credentials === 'session-jwt'
      ? billedMs(start.authorizerBySessionJwt, authorizerMb, measured)
      : readShare * billedMs(start.authorizerByApiKey, authorizerMb, measured) +
        (1 - readShare) * billedMs(start.authorizerFromMemory, authorizerMb, measured);
  const callMs = billedMs(call, memoryMb, measured);
  const time = (ms: number, mb: number) => count * gbSeconds(ms, mb) * lambdaArm.perGbSecond;
  const keyUnits = use.credentials === 'session-jwt' ? 0 : readShare * start.authorizerByApiKey.readUnits;
  const sentGb = (count * request.responseBytes) / GB;
  return [
    {
      component: 'API requests',
      because: `1 at $${httpApi.perMillionRequests} a million`,
      usd: millions * httpApi.perMillionRequests,
    },
    {
      component: 'Lambda requests',
      because: `2 (authorizer, ${what}) at $${lambdaArm.perMillionRequests} a million`,
      usd: 2 * millions * lambdaArm.perMillionRequests,
    },
    {
      component: 'Lambda time, authorizer',
      because: `${rounded(authorizerMs)} ms of ${authorizerMb} MB`,
      usd: time(authorizerMs, authorizerMb),
    },
    {
      component: `Lambda time, ${what}`,
      because: `${rounded(callMs)} ms of ${memoryMb} MB`,
      usd: time(callMs, memoryMb),
    },
    {
      component: 'Lambda time, cold starts',
      because: `${assumed.coldShare * 100} % of both, ${assumed.coldMs} ms each`,
      usd: time(assumed.coldShare * assumed.coldMs, authorizerMb + memoryMb),
    },
    {
      component: 'Table, writes',
      because: `${call.writeUnits} unit at $${dynamoDb.perMillionWriteUnits} a million`,
      usd: millions * call.writeUnits * dynamoDb.perMillionWriteUnits,
    },
    ...(call.readUnits === 0
      ? []
      : [
          {
            component: 'Table, read of the persona',
            because: `${call.readUnits} unit at $${dynamoDb.perMillionReadUnits} a million`,
            usd: millions * call.readUnits * dynamoDb.perMillionReadUnits,
          },
        ]),
    {
      component: 'Table, read of the API key',
      because: `${rounded(keyUnits)} unit at $${dynamoDb.perMillionReadUnits} a million`,
      usd: millions * keyUnits * dynamoDb.perMillionReadUnits,
    },
    {
      component: 'Logs',
      because: `${request.accessLogBytes} bytes of access log (${deployed.accessLogClass}), ${request.functionLogBytes} of the functions`,
      usd:
        (count / GB) *
        (request.accessLogBytes * cloudWatch.logsPerGb[deployed.accessLogClass] +
          request.functionLogBytes * cloudWatch.logsPerGb.STANDARD),
    },
    {
      component: 'Data transfer out',
      because: `${request.responseBytes} bytes; ${dataTransferOut.freeGbPerMonth} GB a month are free of charge`,
      usd: Math.max(0, sentGb - dataTransferOut.freeGbPerMonth) * dataTransferOut.perGb,
    },
  ];
}

/** Of the requests, those for which the authorizer has to read the key: the first, and each after it was forgotten. */
function apiKeyReadShare(use: Use, { apiKeyRememberSeconds }: Deployed): number {
  const perSecondAndKey = requestsPerMonth(use) / SECONDS_PER_MONTH / use.apiKeys;
  return 1 / (1 + perSecondAndKey * apiKeyRememberSeconds);
}
