// Counts what orgs did on each day, from the table's stream: what pay-per-request is billed by.
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { openTable } from '#dynamodb-adapter';
import type { BindTable } from './dynamodb/table.ts';
import { readUsageEnv } from './env.ts';
import { type SessionChange, sessionChange } from './sessions/session-change.ts';
import { addUsage, type CountedRecord } from './usage/add-usage.ts';
import { dayOf, type Usage } from './usage/usage.ts';

/** The event of a tumbling window names the shard, which the records do not. */
export interface WindowedStreamEvent extends DynamoDBStreamEvent {
  readonly shardId?: string;
}

/** No caller waits, so retries may take longer before Lambda sends the whole batch again. */
const COUNT_LIMITS = { maxAttempts: 5, connectionTimeoutMs: 1_000, requestTimeoutMs: 5_000 };

export function createCountUsage(bindTable: BindTable) {
  return async ({ Records, shardId }: WindowedStreamEvent) => {
    if (shardId === undefined) {
      throw new Error('The event names no shard; the event source mapping needs a tumbling window');
    }
    const days = byOrgAndDay(Records);
    await Promise.all(days.map(({ records, ...day }) => addUsage(bindTable(), { ...day, shardId }, records)));
    return { state: {}, batchItemFailures: [] };
  };
}

interface Day {
  readonly orgId: string;
  readonly day: string;
  readonly records: CountedRecord[];
}

function byOrgAndDay(records: DynamoDBStreamEvent['Records']): Day[] {
  const days = new Map<string, Day>();
  for (const change of records.flatMap((record) => sessionChange(record) ?? [])) {
    const usage = usageOf(change);
    if (usage === undefined) {
      continue;
    }
    const { orgId } = change.session;
    const day = dayOf(change.atMs);
    const name = `${orgId} ${day}`;
    const entry = days.get(name) ?? { orgId, day, records: [] };
    entry.records.push({ usage, sequenceNumber: change.sequenceNumber });
    days.set(name, entry);
  }
  return [...days.values()];
}

/** @returns `undefined` for what nobody pays for. */
function usageOf(change: SessionChange): Partial<Usage> | undefined {
  switch (change.kind) {
    case 'started':
      return { startChatSession: 1 };
    case 'ended':
      return { endChatSession: 1 };
    case 'deleted':
      return { deleteChatSession: 1 };
    case 'turn_recorded': {
      const { turn, ...figures } = change.turn;
      return { recordChatTurn: 1, ...figures };
    }
    case 'updated':
      return undefined;
  }
}

export const handler = createCountUsage(openTable(readUsageEnv(process.env).tableName, COUNT_LIMITS));
