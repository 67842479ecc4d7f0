// The errors of DynamoDB for requests that it refuses.
import { ServiceError } from '../../../functions/aws/json-service.ts';

export function throttled(): ServiceError {
  return refusal(
    'ProvisionedThroughputExceededException',
    'Throughput exceeds the capacity of the partition',
  );
}

export type CancellationCode = 'TransactionConflict' | 'ThrottlingError' | 'ConditionalCheckFailed';

interface CancellationReason {
  readonly Code: CancellationCode | 'None';
}

/** @param codes one for each action of the transaction */
export function cancelled(codes: readonly CancellationReason['Code'][]): ServiceError {
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return refusal('TransactionCanceledException', message, {
    CancellationReasons: codes.map((Code): CancellationReason => ({ Code })),
  });
}

export function isThrottled(error: unknown): boolean {
  return isNamed(error, 'ProvisionedThroughputExceededException') || isCancelledBy(error, 'ThrottlingError');
}

export function isCancelled(error: unknown): error is ServiceError {
  return isNamed(error, 'TransactionCanceledException');
}

export function isCancelledBy(error: unknown, code: CancellationCode): boolean {
  if (!isCancelled(error)) {
    return false;
  }
  const { CancellationReasons = [] } = error.answer as { CancellationReasons?: CancellationReason[] };
  return CancellationReasons.some(({ Code }) => Code === code);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof ServiceError && error.name === name;
}

function refusal(__type: string, message: string, more: object = {}): ServiceError {
  const answer = { status: 400, headers: {}, body: Buffer.alloc(0) };
  return new ServiceError(answer, { __type, message, ...more }, false);
}
