// A conditional write, and the item that stood in its way.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { reach } from './table.ts';

export type WriteOutcome<T> =
  | { readonly written: T }
  | { readonly refusedBy: Record<string, unknown> | undefined };

/**
 * The call must ask for `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`. The SDK sends a write again when its answer
 * was lost, so the item in the way may be this very request's own: compare its request id before calling it a conflict.
 */
export async function attemptWrite<T>(call: Promise<T>): Promise<WriteOutcome<T>> {
  try {
    return { written: await reach(call) };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return { refusedBy: error.Item && unmarshall(error.Item) };
    }
    throw error;
  }
}
