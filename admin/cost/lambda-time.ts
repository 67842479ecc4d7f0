// The time that Lambda bills for a call, from what the call was measured to take.
import type { Measured, MeasuredCall } from './measured.ts';

/** Lambda gives a function of this size one core. */
const MB_PER_CORE = 1_769;
/** The share of a core is granted in periods; what fits into one runs at full speed. */
const CPU_PERIOD_MS = 20;

/** Rounded up to whole milliseconds, as Lambda does. */
export function billedMs({ cpuMs, calls }: MeasuredCall, memoryMb: number, { assumed }: Measured): number {
  const share = Math.min(1, memoryMb / MB_PER_CORE);
  const ownMs = cpuMs <= share * CPU_PERIOD_MS ? cpuMs : cpuMs / share;
  return Math.ceil(ownMs + calls * assumed.databaseCallMs);
}

export function gbSeconds(ms: number, mb: number): number {
  return (ms / 1_000) * (mb / 1_024);
}
