// What a deployed endpoint stands on: the table, the limit of requests, and the clock.
import { openTable } from '#dynamodb-adapter';
import type { EndpointSettings } from '../env.ts';
import { limitRequests } from '../limits/limit-requests.ts';
import type { Platform } from './endpoint.ts';

/** A start makes up to four calls; each fails soon enough that the answer fits into the function's time. */
export const ENDPOINT_LIMITS = { maxAttempts: 3, connectionTimeoutMs: 500, requestTimeoutMs: 1_000 };

export function openPlatform({ tableName, rateLimits }: EndpointSettings): Platform {
  const bindTable = openTable(tableName, ENDPOINT_LIMITS);
  return { bindTable, limiter: limitRequests(bindTable, rateLimits), now: Date.now };
}
