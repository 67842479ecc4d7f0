// What can go wrong with one call on its way through a proxy.

export type Fault =
  /** Late on its way there, or the answer late on its way back. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'delay-answer'; readonly ms: number }
  | { readonly kind: Exclude<FaultKind, 'delay' | 'delay-answer'> };

export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_KINDS = [
  'delay',
  'delay-answer',
  /** The connection ends; the call never got through. */
  'drop-before',
  /** The connection ends; the call was carried out, its answer is lost. */
  'drop-after',
  /** Never answered, and the connection stays open; the call never got through, or was carried out. */
  'hang-before',
  'hang-after',
  /** The connection is reset (RST); the call never got through. */
  'reset',
  /** Refused in the far side's own words; it has two for too many calls. */
  'error',
  'throttle',
  'throughput-exceeded',
  /** 503 with no body: something between the two sides is overloaded. */
  'overloaded',
  /** Carried out; the connection ends, or falls silent, in the middle of the answer. */
  'cut',
  'stall',
] as const;

export type RefusalKind = 'error' | 'throttle' | 'throughput-exceeded';

/** Where the far side never saw the call. */
const NOT_CARRIED_OUT: ReadonlySet<FaultKind> = new Set([
  'drop-before',
  'hang-before',
  'reset',
  'error',
  'throttle',
  'throughput-exceeded',
  'overloaded',
]);

export function isCarriedOut(fault: Fault | undefined): boolean {
  return fault === undefined || !NOT_CARRIED_OUT.has(fault.kind);
}

/** Those that end by themselves and at once, so that a run with many of them takes no time. */
export const QUICK_FAULTS: readonly Fault[] = [
  { kind: 'delay', ms: 5 },
  { kind: 'delay-answer', ms: 5 },
  { kind: 'drop-before' },
  { kind: 'drop-after' },
  { kind: 'reset' },
  { kind: 'error' },
  { kind: 'throttle' },
  { kind: 'throughput-exceeded' },
  { kind: 'overloaded' },
  { kind: 'cut' },
];
