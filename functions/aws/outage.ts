// The outage of a service: it does not answer, or not now.

/** Nothing is known of what was asked, which may have been carried out; trying again later may help. */
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

/** Of an error that a service answered: too many calls, which need a longer pause before the next attempt. */
export function isThrottling(name: string, status: number | undefined): boolean {
  return THROTTLING_ERRORS.has(name) || status === 429;
}

/** Of an error that a service answered: an outage, and not a mistake that somebody must mend. */
export function isTemporary(name: string, status: number | undefined): boolean {
  return isThrottling(name, status) || (status ?? 0) >= 500;
}
