// What DynamoDB says when it does not carry a request out, in the words of its SDK.
import {
  type CancellationReason,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';

const $metadata = { httpStatusCode: 400 };

export function throttled(): Error {
  return new ProvisionedThroughputExceededException({
    $metadata,
    message: 'Throughput exceeds the capacity of the partition',
  });
}

export type CancellationCode = 'TransactionConflict' | 'ThrottlingError' | 'ConditionalCheckFailed';

export function cancelled(codes: readonly (CancellationCode | 'None')[]): Error {
  return new TransactionCanceledException({
    $metadata,
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code): CancellationReason => ({ Code })),
  });
}

export function isThrottled(error: unknown): boolean {
  return error instanceof ProvisionedThroughputExceededException || isCancelledBy(error, 'ThrottlingError');
}

export function isCancelledBy(error: unknown, code: CancellationCode): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === code)
  );
}
