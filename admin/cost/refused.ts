// What calls with bad credentials cost: the authorizer looks the key up, and the endpoint refuses.
import type { Deployed } from './deployed.ts';
import { billedMs } from './lambda-time.ts';
import type { Line, Use } from './line.ts';
import { linesOfCalls } from './lines-of-calls.ts';
import type { Measured } from './measured.ts';
import type { Prices } from './prices.ts';

const MILLION = 1_000_000;

/** Of callers who send another unknown API key each time, which is the most that a refusal costs. */
export function refusedLines(
  { refusedPerMonth: number }: Use,
  deployed: Deployed,
  measured: Measured,
  prices: Prices,
): Line[] {
  const { refused } = measured;
  const { readUnits } = refused.authorizer;
  const { authorizer: authorizerMb, startChatSession: endpointMb } = deployed.memoryMb;
  const { perMillionReadUnits } = prices.dynamoDb;
  const lookUp: Line = {
    component: 'Table, look-up of the API key',
    because: `${readUnits} unit at $${perMillionReadUnits} a million`,
    usd: (number / MILLION) * readUnits * perMillionReadUnits,
  };
  const calls = {
    ...refused,
    name: 'endpoint',
    number,
    authorizerMs: billedMs(refused.authorizer, authorizerMb, measured),
    endpointMs: billedMs(refused.endpoint, endpointMb, measured),
    endpointMb,
    table: [lookUp],
  };
  return linesOfCalls(calls, deployed, measured, prices).map((line) => ({
    ...line,
    component: `Refused: ${line.component}`,
  }));
}
