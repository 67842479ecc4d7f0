// What calls with bad credentials cost: the authorizer looks the key up, and the endpoint refuses.
import type { Deployed } from './deployed.ts';
import { billedMs, gbSeconds } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;

/** Of callers who send another unknown API key each time, which is the most that a refusal costs. */
export function refusedLines(
  { refusedPerMonth: number }: Use,
  { memoryMb, accessLogClass }: Deployed,
  measured: Measured,
  { httpApi, lambdaArm, dynamoDb, cloudWatch, dataTransferOut }: Prices,
): Line[] {
  const { refused, assumed } = measured;
  const millions = number / MILLION;
  const time = (ms: number, mb: number) => number * gbSeconds(ms, mb) * lambdaArm.perGbSecond;
  const [authorizerMb, endpointMb] = [memoryMb.authorizer, memoryMb.startChatSession];
  const authorizerMs = billedMs(refused.authorizer, authorizerMb, measured);
  const endpointMs = billedMs(refused.endpoint, endpointMb, measured);
  const sentGb = (number * refused.responseBytes) / GB;
  return [
    {
      component: 'API requests',
      because: `1 at $${httpApi.perMillionRequests} a million`,
      usd: millions * httpApi.perMillionRequests,
    },
    {
      component: 'Lambda requests',
      because: `2 (authorizer, endpoint) at $${lambdaArm.perMillionRequests} a million`,
      usd: 2 * millions * lambdaArm.perMillionRequests,
    },
    {
      component: 'Lambda time, authorizer',
      because: `${authorizerMs} ms of ${authorizerMb} MB`,
      usd: time(authorizerMs, authorizerMb),
    },
    {
      component: 'Lambda time, endpoint',
      because: `${endpointMs} ms of ${endpointMb} MB`,
      usd: time(endpointMs, endpointMb),
    },
    {
      component: 'Lambda time, cold starts',
      because: `${assumed.coldShare * 100} % of both, ${assumed.coldMs} ms each`,
      usd: time(assumed.coldShare * assumed.coldMs, authorizerMb + endpointMb),
    },
    {
      component: 'Table, look-up of the API key',
      because: `${refused.authorizer.readUnits} unit at $${dynamoDb.perMillionReadUnits} a million`,
      usd: millions * refused.authorizer.readUnits * dynamoDb.perMillionReadUnits,
    },
    {
      component: 'Logs',
      because: `${refused.accessLogBytes} bytes of access log (${accessLogClass}), ${refused.functionLogBytes} of the functions`,
      usd:
        (number / GB) *
        (refused.accessLogBytes * cloudWatch.logsPerGb[accessLogClass] +
          refused.functionLogBytes * cloudWatch.logsPerGb.STANDARD),
    },
    {
      component: 'Data transfer out',
      because: `${refused.responseBytes} bytes; ${dataTransferOut.freeGbPerMonth} GB a month are free of charge`,
      usd: Math.max(0, sentGb - dataTransferOut.freeGbPerMonth) * dataTransferOut.perGb,
    },
  ].map((line) => ({ ...line, component: `Refused: ${line.component}` }));
}
