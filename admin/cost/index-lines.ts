// What the index of sessions by user adds to the bill, where it is configured.
import type { Line, Use } from './line.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;

/** All attributes are in it, so each write to a session below 1 KB is one more write unit. */
export function indexLines(use: Use, { start }: Measured, { dynamoDb }: Prices): Line[] {
  const { perMillionWriteUnits, storagePerGbMonth } = dynamoDb;
  // The two attributes are in the table and in the index.
  const bytes = start.sessionItemBytes + 2 * start.userIndexKeyBytes;
  const storedGb = (use.sessionsKept * bytes) / GB;
  const because = `1 write unit each at $${perMillionWriteUnits} a million`;
  const writes = (component: string, number: number): Line[] =>
    number === 0 ? [] : [{ component, because, usd: (number / MILLION) * perMillionWriteUnits }];
  return [
    ...writes('Index, starts', use.startsPerMonth),
    ...writes('Index, turns', use.turnsPerMonth),
    {
      component: 'Index, storage',
      because: `${bytes} bytes of a session; a change, an end or a deletion is 1 write unit more as well`,
      usd: storedGb * storagePerGbMonth,
    },
  ];
}
