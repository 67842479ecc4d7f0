// The table as the functions reach it: a client with explicit limits, and outages told apart from mistakes.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openClient, type TableLimits } from './client/open-client.ts';
import { Outage } from './outage.ts';

export type { TableLimits };

export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  /** Ends every call of one request that is still under way. */
  readonly signal?: AbortSignal;
}

/** A start makes up to four calls; each fails soon enough that the answer fits into the function's time. */
export const ENDPOINT_LIMITS: TableLimits = {
  maxAttempts: 3,
  connectionTimeoutMs: 500,
  requestTimeoutMs: 1_000,
};

export function openTable(name: string, limits: TableLimits): Table {
  return { name, client: openClient(limits) };
}

/** The same table for one request, whose calls all end when the signal does. */
export function within(table: Table, signal: AbortSignal): Table {
  return { ...table, signal };
}

export function callOptions(table: Table): { abortSignal?: AbortSignal } {
  return table.signal === undefined ? {} : { abortSignal: table.signal };
}

/** @throws Outage for a lost connection, throttling and an exceeded deadline; anything else as it is. */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isOutage(error)) {
      throw new Outage('The database did not answer in time', { cause: error });
    }
    throw error;
  }
}

const THROTTLING_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'TransactionInProgressException',
]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const { name, code, $metadata } = error as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return (
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    THROTTLING_ERRORS.has(name) ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    // Node's network errors (ECONNREFUSED, ECONNRESET, ENOTFOUND, EPIPE, …) got no answer, or one that broke off,
    // whatever its status was.
    (typeof code === 'string' && /^E[A-Z_]+$/.test(code))
  );
}
