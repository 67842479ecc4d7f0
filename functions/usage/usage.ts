// What an org is billed for: how often it did each thing on each day, and what its turns consumed.

/**
 * Operations that write, by their number, since reading leaves no trace in the table; and what the recorded turns add up
 * to, the cost in millionths of a US dollar.
 */
export const MEASURES = [
  'startChatSession',
  'endChatSession',
  'deleteChatSession',
  'recordChatTurn',
  'messages',
  'inputTokens',
  'outputTokens',
  'costUsdMicros',
] as const;

export type Measure = (typeof MEASURES)[number];

export type Usage = Readonly<Record<Measure, number>>;

export const NO_USAGE: Usage = {
  startChatSession: 0,
  endChatSession: 0,
  deleteChatSession: 0,
  recordChatTurn: 0,
  messages: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsdMicros: 0,
};

/** @returns the day in UTC, as `2026-11-23`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export function monthOf(day: string): string {
  return day.slice(0, 7);
}

export function sumOf(usages: readonly Partial<Usage>[]): Usage {
  const sum = { ...NO_USAGE };
  for (const usage of usages) {
    for (const measure of MEASURES) {
      sum[measure] += usage[measure] ?? 0;
    }
  }
  return sum;
}
