// A record of the table's stream as a change of a session: started, changed, used, ended or deleted.
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../dynamodb/table.ts';
import type { Session } from './session.ts';
import {
  parseSessionItem,
  type StoredSession,
  sessionAddressOf,
  sessionNow,
  type Tombstone,
} from './session-item.ts';
import type { Turn } from './turn.ts';

export type SessionChange = {
  /** As it is after the change; a deleted one as it was before. */
  readonly session: Session;
  /** When the table took the change, to the second. */
  readonly atMs: number;
  /** The same however often the record comes. */
  readonly eventId: string;
  /** Where in its shard the record stands. */
  readonly sequenceNumber: string;
} & (
  | { readonly kind: 'started' | 'updated' | 'ended' | 'deleted' }
  | { readonly kind: 'turn_recorded'; readonly turn: Turn }
);

export type ChangeKind = SessionChange['kind'];

/**
 * @returns `undefined` for a record of another item, or of a change that is none of these. A record is one change at most.
 * @throws DamagedItem
 */
export function sessionChange({ dynamodb = {}, eventID = '' }: DynamoDBRecord): SessionChange | undefined {
  if (dynamodb.Keys === undefined || sessionAddressOf(itemOf(dynamodb.Keys)) === undefined) {
    return undefined;
  }
  const before = dynamodb.OldImage && parseSessionItem(itemOf(dynamodb.OldImage));
  const after = dynamodb.NewImage && parseSessionItem(itemOf(dynamodb.NewImage));
  const change = changeOf(before, after);
  return (
    change && {
      ...change,
      atMs: (dynamodb.ApproximateCreationDateTime ?? 0) * 1000,
      eventId: eventID,
      sequenceNumber: dynamodb.SequenceNumber ?? '',
    }
  );
}

type Stored = StoredSession | Tombstone | undefined;

/** TTL removals are not changes: they remove expired sessions and tombstones. */
function changeOf(before: Stored, after: Stored) {
  if (after === undefined || before?.status === 'deleted') {
    return undefined;
  }
  if (after.status === 'deleted') {
    return before && ({ kind: 'deleted', session: sessionNow(before) } as const);
  }
  const session = sessionNow(after);
  if (before === undefined) {
    return after.status === 'active' ? ({ kind: 'started', session } as const) : undefined;
  }
  if (after.status !== before.status) {
    return after.status === 'ended' ? ({ kind: 'ended', session } as const) : undefined;
  }
  const earlier = sessionNow(before);
  const { turn = 0 } = after;
  if (turn > (before.turn ?? 0)) {
    return { kind: 'turn_recorded', session, turn: turnBetween(earlier, session, turn) } as const;
  }
  return isUpdated(earlier, session) ? ({ kind: 'updated', session } as const) : undefined;
}

function turnBetween(before: Session, after: Session, turn: number): Turn {
  return {
    turn,
    messages: after.messageCount - before.messageCount,
    inputTokens: after.inputTokens - before.inputTokens,
    outputTokens: after.outputTokens - before.outputTokens,
    costUsdMicros: after.costUsdMicros - before.costUsdMicros,
  };
}

/** A request may give what is there already. */
function isUpdated(before: Session, after: Session): boolean {
  return (
    before.title !== after.title ||
    before.status !== after.status ||
    JSON.stringify(before.metadata) !== JSON.stringify(after.metadata)
  );
}

/** Two packages have two types for the same JSON. */
function itemOf(image: Record<string, AttributeValue>): Item {
  return unmarshall(image as Parameters<typeof unmarshall>[0]) as Item;
}
