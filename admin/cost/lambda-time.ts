// The billed duration of a call on Lambda, from its measured CPU time.
import type { Measured, MeasuredCall } from './measured.ts';

/** At this memory size, Lambda gives a function one vCPU. */
const MB_PER_CORE = 1_769;
/** A share of a vCPU is granted in periods of this length; work that fits into one runs at full speed. */
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
