// The results of a simulation: throttled starts, latencies and consumed units.
import type { StartOutcome } from '../../functions/sessions/start.ts';
import { quantile } from '../report/statistics.ts';
import type { Requests } from './model/environment.ts';

export interface Start extends Requests {
  readonly arrivedMs: number;
  readonly tookMs: number;
  readonly outcome: StartOutcome['outcome'] | 'outage';
}

export interface Figures {
  readonly starts: number;
  /** The share of starts with at least one refused request, whether or not they succeeded in the end. */
  readonly heldUpShare: number;
  /** The share of starts that were answered 503. */
  readonly failedShare: number;
  readonly requests: number;
  readonly throttledRequests: number;
  readonly conflictingRequests: number;
  /** The latency for the caller, of answers with 201 and with 503. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The units of the whole run, divided by the sessions that were started. */
  readonly writeUnitsPerStart: number;
  readonly readUnitsPerStart: number;
  readonly environments: number;
}

export function figuresOf(
  all: readonly Start[],
  countedFromMs: number,
  consumed: { readonly readUnits: number; readonly writeUnits: number },
  environments: number,
): Figures {
  const strange = all.find(({ outcome }) => outcome !== 'started' && outcome !== 'outage');
  if (strange !== undefined) {
    throw new Error(`A start ended as "${strange.outcome}", which no start of this load can`);
  }
  const counted = all.filter(({ arrivedMs }) => arrivedMs >= countedFromMs);
  const started = all.filter(({ outcome }) => outcome === 'started').length;
  const total = (of: (start: Start) => number) => counted.reduce((sum, start) => sum + of(start), 0);
  const share = (is: (start: Start) => boolean) => counted.filter(is).length / counted.length;
  const waits = counted.map(({ tookMs }) => tookMs);
  return {
    starts: counted.length,
    heldUpShare: share(({ throttled, conflicting }) => throttled + conflicting > 0),
    failedShare: share(({ outcome }) => outcome === 'outage'),
    requests: total(({ sent }) => sent),
    throttledRequests: total(({ throttled }) => throttled),
    conflictingRequests: total(({ conflicting }) => conflicting),
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    writeUnitsPerStart: consumed.writeUnits / started,
    readUnitsPerStart: consumed.readUnits / started,
    environments,
  };
}
