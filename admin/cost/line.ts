// A line of the bill, and the usage that the bill is for.

export interface Use {
  readonly startsPerMonth: number;
  /** Turns that are recorded in these and in other sessions. */
  readonly turnsPerMonth: number;
  /** Calls with another unknown API key each time. */
  readonly refusedPerMonth: number;
  /** `session-jwt` reads nothing from the table. */
  readonly credentials: 'api-key' | 'session-jwt';
  /** The number of API keys that the calls are spread over. Each is read from the table and then cached for a while. */
  readonly apiKeys: number;
  /** Sessions that are stored, those of earlier months included. */
  readonly sessionsKept: number;
}

export interface Line {
  readonly component: string;
  /** How the amount is calculated. */
  readonly because: string;
  readonly usd: number;
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
