// One event source mapping, shared by its readers: its filters, its invocations and its on-failure destination.
import type { DynamoDBRecord } from 'aws-lambda';
import type { Deployment, LambdaFunction, StreamMapping } from '../assembly/deployment.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { readFilters } from './filter.ts';
import { type OnFailureCondition, onFailureRecord } from './on-failure-record.ts';
import type { Shard } from './table-stream.ts';

/** The result of one invocation with a batch. */
export interface Answer {
  /** The number of records, from the first on, that were processed. */
  taken: number;
  outcome: 'taken' | 'failed' | 'reported' | 'throttled';
  /** The state of a tumbling window, for the next invocation. */
  state: unknown;
}

export interface EventSource {
  mapping: StreamMapping;
  nowMs(): number;
  matches(record: DynamoDBRecord): boolean;
  invoke(shard: Shard, records: readonly DynamoDBRecord[], windowFields?: object): Promise<Answer>;
  discard(
    shard: Shard,
    records: readonly DynamoDBRecord[],
    reason: OnFailureCondition,
    invocations: number,
  ): void;
}

export interface EventSourceOptions {
  named(name: string): LocalFunction;
  nowMs(): number;
  /** Called with a line for each invocation. */
  appendInvocation(line: string): void;
  /** Called with a line for each discarded batch. */
  appendOnFailureRecord(line: string): void;
}

export function openEventSource(
  mapping: StreamMapping,
  { functions, table }: Pick<Deployment, 'functions' | 'table'>,
  { named, nowMs, appendInvocation, appendOnFailureRecord }: EventSourceOptions,
): EventSource {
  const { arn } = functions.find(({ name }) => name === mapping.functionName) as LambdaFunction;
  const matches = readFilters(mapping.filterPatterns, mapping.logicalId);
  return {
    mapping,
    nowMs,
    matches,
    async invoke(shard, records, windowFields = {}) {
      const { outcome } = await named(mapping.functionName).invoke(
        JSON.stringify({ Records: records, ...windowFields }),
      );
      const answer =
        'failure' in outcome
          ? failure(outcome.failure.errorType === 'TooManyRequestsException' ? 'throttled' : 'failed')
          : answerIn(outcome.result, records, mapping);
      const last = records.at(-1);
      appendInvocation(
        JSON.stringify({
          time: new Date().toISOString(),
          mapping: mapping.logicalId,
          functionName: mapping.functionName,
          shardId: shard.id,
          records: records.length,
          taken: answer.taken,
          outcome: answer.outcome,
          ...(last === undefined ? {} : { iteratorAgeMs: nowMs() - createdAtMs(last) }),
        }),
      );
      return answer;
    },
    discard(shard, records, reason, invocations) {
      const message = onFailureRecord(records, { reason, invocations, shard, functionArn: arn, table });
      appendOnFailureRecord(JSON.stringify({ destination: mapping.onFailure ?? null, message }));
    },
  };
}

export function createdAtMs({ dynamodb }: DynamoDBRecord): number {
  return (dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000;
}

function failure(outcome: 'failed' | 'throttled'): Answer {
  return { taken: 0, outcome, state: undefined };
}

/** The batch is retried from the first reported failure on. A failure that names no record of the batch fails all of it. */
function answerIn(
  result: string,
  records: readonly DynamoDBRecord[],
  { reportsItemFailures, tumblingWindowMs }: StreamMapping,
): Answer {
  const { state, batchItemFailures } = (JSON.parse(result) ?? {}) as {
    state?: unknown;
    batchItemFailures?: { itemIdentifier?: string }[] | null;
  };
  if (tumblingWindowMs > 0 && state === undefined) {
    return failure('failed');
  }
  if (!reportsItemFailures || !batchItemFailures?.length) {
    return { taken: records.length, outcome: 'taken', state };
  }
  const places = batchItemFailures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  );
  return places.includes(-1) ? failure('failed') : { taken: Math.min(...places), outcome: 'reported', state };
}
