// The outage of a service, and the errors of a service that count as one.

/** The result of the call is unknown: it may have been applied. A later retry may succeed. */
export class Outage extends Error {
  override readonly name = 'Outage';
}

const THROTTLING_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/** Whether an error that a service returned means too many requests, which need a longer backoff. */
export function isThrottling(name: string, status: number | undefined): boolean {
  return THROTTLING_ERRORS.has(name) || status === 429;
}

/** Whether an error that a service returned is temporary, and not a mistake of the caller. */
export function isTemporary(name: string, status: number | undefined): boolean {
  return isThrottling(name, status) || (status ?? 0) >= 500;
}
