// Reads a table or an index page by page, and never faster than it is told.
import { setTimeout } from 'node:timers/promises';
import type { QueryCommandInput, ScanCommandInput, ScanCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../functions/dynamodb/table.ts';

/** What a scan and a query have in common. */
type PageInput = Pick<
  ScanCommandInput & QueryCommandInput,
  'ExclusiveStartKey' | 'Limit' | 'ReturnConsumedCapacity'
>;
type PageOutput = Pick<ScanCommandOutput, 'LastEvaluatedKey' | 'ScannedCount' | 'ConsumedCapacity'> & {
  readonly Items?: readonly unknown[] | undefined;
};

export interface ReadSoFar {
  /** Looked at, whether or not they were found to be of the user. */
  readonly items: number;
  readonly readUnits: number;
}

export interface Pace {
  readonly readUnitsPerSecond: number;
  readonly onPage?: (soFar: ReadSoFar) => void;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const FIRST_PAGE_ITEMS = 100;
const PAGE_ITEMS_MAX = 10_000;

/**
 * A page reads no more than a second's read units, as far as the page before tells, and the next one waits until these
 * have been spread over their time.
 */
export async function* readPaced(
  readPage: (input: PageInput) => Promise<PageOutput>,
  { readUnitsPerSecond, onPage, now = () => performance.now(), sleep = (ms) => setTimeout(ms) }: Pace,
): AsyncGenerator<readonly Item[]> {
  let soFar: ReadSoFar = { items: 0, readUnits: 0 };
  let after: PageOutput['LastEvaluatedKey'];
  let limit = FIRST_PAGE_ITEMS;
  do {
    const startedMs = now();
    const page = await readPage({
      ExclusiveStartKey: after,
      Limit: limit,
      ReturnConsumedCapacity: 'TOTAL',
    });
    const items = page.ScannedCount ?? 0;
    const readUnits = page.ConsumedCapacity?.CapacityUnits ?? 0;
    soFar = { items: soFar.items + items, readUnits: soFar.readUnits + readUnits };
    onPage?.(soFar);
    yield (page.Items ?? []) as readonly Item[];
    after = page.LastEvaluatedKey;
    if (after !== undefined) {
      limit = itemsOfASecond(items, readUnits, readUnitsPerSecond);
      await sleep(Math.max(0, startedMs + (readUnits / readUnitsPerSecond) * 1000 - now()));
    }
  } while (after !== undefined);
}

function itemsOfASecond(items: number, readUnits: number, readUnitsPerSecond: number): number {
  const fitting = readUnits === 0 ? PAGE_ITEMS_MAX : Math.floor((readUnitsPerSecond * items) / readUnits);
  return Math.min(Math.max(1, fitting), PAGE_ITEMS_MAX);
}
