// The results as tables: the servers side by side, and the CPU time of the local stack by part.
import { rounded, textTable } from '../report/text-table.ts';
import type { Measured } from './measure-load.ts';

export function throughputTable(measured: readonly Measured[]): string {
  const bare = new Map(
    measured.filter(({ server }) => server.startsWith('bare')).map((one) => [one.connections, one.perSecond]),
  );
  return textTable(
    ['server', 'connections', 'starts/s', 'of bare', 'p50 ms', 'p99 ms', 'p99.9 ms', 'errors'],
    measured.map((one) => [
      one.server,
      one.connections,
      rounded(one.perSecond),
      rounded(one.perSecond / (bare.get(one.connections) ?? Number.NaN), 3),
      one.p50Ms,
      one.p99Ms,
      one.p999Ms,
      one.errors,
    ]),
  );
}

export function cpuTable(measured: readonly Measured[]): string {
  return textTable(
    [
      'CPU µs for a start',
      'connections',
      'whole',
      'gateway',
      'authorizer',
      'start',
      'table',
      'V8 beside',
      'load',
    ],
    measured.map((one) => {
      const { whole, parts } = one.cpuMicros;
      const of = (name: string) => {
        const named = Object.entries(parts).filter(([part]) => part.startsWith(name));
        return named.reduce((sum, [, micros]) => sum + micros, 0);
      };
      const beside = whole - of('');
      return [
        one.server,
        one.connections,
        ...[whole, of('main'), of('Authorizer'), of('StartChatSession'), of('dynalite'), beside].map((part) =>
          rounded(part),
        ),
        rounded(one.loadCpuMicros),
      ];
    }),
  );
}
