// A record of the table's stream as a change of a session: started, ended or deleted.
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

export type ChangeKind = 'started' | 'ended' | 'deleted';

export interface SessionChange {
  readonly kind: ChangeKind;
  /** As it is after the change; a deleted one as it was before. */
  readonly session: Session;
  /** When the table took the change, to the second. */
  readonly atMs: number;
  /** The same however often the record comes. */
  readonly eventId: string;
  /** Where in its shard the record stands. */
  readonly sequenceNumber: string;
}

/**
 * @returns `undefined` for a record of another item, or of a change that is none of these.
 * @throws DamagedItem
 */
export function sessionChange({ dynamodb = {}, eventID = '' }: DynamoDBRecord): SessionChange | undefined {
  if (dynamodb.Keys === undefined || sessionAddressOf(itemOf(dynamodb.Keys)) === undefined) {
    return undefined;
  }
  const before = dynamodb.OldImage && parseSessionItem(itemOf(dynamodb.OldImage));
  const after = dynamodb.NewImage && parseSessionItem(itemOf(dynamodb.NewImage));
  const kind = kindOf(before, after);
  const stored = kind === 'deleted' ? before : after;
  if (kind === undefined || stored === undefined || stored.status === 'deleted') {
    return undefined;
  }
  return {
    kind,
    session: sessionNow(stored),
    atMs: (dynamodb.ApproximateCreationDateTime ?? 0) * 1000,
    eventId: eventID,
    sequenceNumber: dynamodb.SequenceNumber ?? '',
  };
}

type Stored = StoredSession | Tombstone | undefined;

/** TTL removals are not changes: they remove expired sessions and tombstones. */
function kindOf(before: Stored, after: Stored): ChangeKind | undefined {
  if (before === undefined) {
    return after?.status === 'active' ? 'started' : undefined;
  }
  if (after?.status === before.status) {
    return undefined;
  }
  return after?.status === 'ended' || after?.status === 'deleted' ? after.status : undefined;
}

/** Two packages have two types for the same JSON. */
function itemOf(image: Record<string, AttributeValue>): Item {
  return unmarshall(image as Parameters<typeof unmarshall>[0]) as Item;
}
