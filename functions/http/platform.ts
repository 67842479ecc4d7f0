// The dependencies of a deployed endpoint: the table, the rate limiter and the clock.
import { openTable } from '#dynamodb-adapter';
import type { EndpointSettings } from '../env.ts';
import { limitRequests } from '../limits/limit-requests.ts';
import type { Platform } from './endpoint.ts';

/** Short enough for the up to four calls of a start to fit into the function's time-out. */
export const ENDPOINT_LIMITS = { maxAttempts: 3, connectionTimeoutMs: 500, requestTimeoutMs: 1_000 };

export function openPlatform({ tableName, rateLimits }: EndpointSettings): Platform {
  const bindTable = openTable(tableName, ENDPOINT_LIMITS);
  return { bindTable, limiter: limitRequests(bindTable, rateLimits), now: Date.now };
}
