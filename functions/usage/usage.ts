// What an org is billed for: how often it did each thing on each day.

/** Of the operations that write; reading leaves no trace in the table. */
export const COUNTED_OPERATIONS = ['startChatSession', 'endChatSession', 'deleteChatSession'] as const;

export type CountedOperation = (typeof COUNTED_OPERATIONS)[number];

export type OperationCounts = Readonly<Record<CountedOperation, number>>;

/** @returns the day in UTC, as `2026-11-23`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export function monthOf(day: string): string {
  return day.slice(0, 7);
}

export function countOperations(operations: readonly CountedOperation[]): OperationCounts {
  const counts = { startChatSession: 0, endChatSession: 0, deleteChatSession: 0 };
  for (const operation of operations) {
    counts[operation] += 1;
  }
  return counts;
}
