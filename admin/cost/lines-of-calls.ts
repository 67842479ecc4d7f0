// The components that every kind of call has, in the order of the bill: gateway, Lambda, table, logs, transfer.
import type { Deployed } from './deployed.ts';
import { gbSeconds } from './lambda-time.ts';
import type { Line } from './line.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;

interface CallsOfOneKind {
  /** Of the function that answers. */
  readonly name: string;
  readonly number: number;
  /** Billed milliseconds, and megabytes of memory. */
  readonly authorizerMs: number;
  readonly endpointMs: number;
  readonly endpointMb: number;
  readonly responseBytes: number;
  readonly accessLogBytes: number;
  readonly functionLogBytes: number;
  /** What the calls read and write. */
  readonly table: readonly Line[];
}

export function linesOfCalls(
  calls: CallsOfOneKind,
  { memoryMb: { authorizer: authorizerMb }, accessLogClass }: Deployed,
  { assumed }: Measured,
  { httpApi, lambdaArm, cloudWatch, dataTransferOut }: Prices,
): Line[] {
  const { name, number, authorizerMs, endpointMs, endpointMb } = calls;
  const millions = number / MILLION;
  const time = (ms: number, mb: number) => number * gbSeconds(ms, mb) * lambdaArm.perGbSecond;
  const sentGb = (number * calls.responseBytes) / GB;
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
      because: `${round(endpointMs)} ms of ${endpointMb} MB`,
      usd: time(endpointMs, endpointMb),
    },
    {
      component: 'Lambda time, cold starts',
      because: `${assumed.coldShare * 100} % of both, ${assumed.coldMs} ms each`,
      usd: time(assumed.coldShare * assumed.coldMs, authorizerMb + endpointMb),
    },
    ...calls.table,
    {
      component: 'Logs',
      because: `${calls.accessLogBytes} bytes of access log (${accessLogClass}), ${calls.functionLogBytes} of the functions`,
      usd:
        (number / GB) *
        (calls.accessLogBytes * cloudWatch.logsPerGb[accessLogClass] +
          calls.functionLogBytes * cloudWatch.logsPerGb.STANDARD),
    },
    {
      component: 'Data transfer out',
      because: `${calls.responseBytes} bytes; ${dataTransferOut.freeGbPerMonth} GB a month are free of charge`,
      usd: Math.max(0, sentGb - dataTransferOut.freeGbPerMonth) * dataTransferOut.perGb,
    },
  ];
}

export function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
