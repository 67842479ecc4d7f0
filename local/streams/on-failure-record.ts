// The dead-letter record that Lambda sends to the on-failure destination: the position of discarded records, not their content.
import { randomUUID } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Table } from '../assembly/deployment.ts';
import type { Shard } from './table-stream.ts';

/** Why a batch was discarded. AWS does not document the second for DynamoDB streams; confidence medium. */
export type OnFailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface DiscardedBatch {
  reason: OnFailureCondition;
  invocations: number;
  shard: Shard;
  functionArn: string;
  table: Table;
}

export function onFailureRecord(
  records: readonly DynamoDBRecord[],
  { reason, invocations, shard, functionArn, table }: DiscardedBatch,
): object {
  const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
  const arrival = (seconds: number | undefined) => new Date((seconds ?? 0) * 1_000).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn,
      condition: reason,
      approximateInvokeCount: invocations,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: shard.id,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: table.streamArn,
    },
  };
}
