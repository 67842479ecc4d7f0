// Calls to the database that were seen: by whom, of what kind, about which table.
import { readFileSync } from 'node:fs';

export interface SeenCall {
  /** An access key id. */
  readonly caller: string;
  readonly action: string;
  /** As in an ARN: `table/<name>`. */
  readonly resource: string;
}

/** @returns what the function did, each kind once. */
export function seenCallsOf(logicalId: string, file: string): Omit<SeenCall, 'caller'>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SeenCall)
    .filter(({ caller }) => caller === `LOCAL${logicalId}`)
    .map(({ action, resource }) => ({ action, resource }));
}
