// The service times of the simulated table, which are assumed: log-normal around these medians.
import type { SeededRandom } from '../../../test/faults/seeded-random.ts';

export const SERVICE_TIME_MEDIANS_MS = { read: 3, write: 4, transaction: 8, refusal: 2 } as const;

/** Makes the p99 two and a half times the median. */
const SERVICE_TIME_SIGMA = 0.4;

export type Answering = keyof typeof SERVICE_TIME_MEDIANS_MS;

export function serviceTimeMs(answering: Answering, random: SeededRandom): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return SERVICE_TIME_MEDIANS_MS[answering] * Math.exp(SERVICE_TIME_SIGMA * normal);
}
