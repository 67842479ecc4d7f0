// A line of the bill, and the use that the bill is for.

export interface Use {
  readonly startsPerMonth: number;
  /** Turns that are recorded in these and in other sessions. */
  readonly turnsPerMonth: number;
  /** `session-jwt` reads nothing from the table. */
  readonly credentials: 'api-key' | 'session-jwt';
  /** How many API keys the calls are spread over; each is read once in a while and then remembered. */
  readonly apiKeys: number;
  /** Sessions that are stored, those of earlier months included. */
  readonly sessionsKept: number;
}

export interface Line {
  readonly component: string;
  /** How the amount comes about. */
  readonly because: string;
  readonly usd: number;
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
