// What a record of the table's stream says of a session: that it was started, ended or deleted, or none of these.
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { sessionPlaceAt } from '../dynamodb/keys.ts';
import type { Session } from './session.ts';
import { type StoredItem, sessionNow } from './session-item.ts';

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

export function sessionChange({ dynamodb = {}, eventID = '' }: DynamoDBRecord): SessionChange | undefined {
  const place = dynamodb.Keys && sessionPlaceAt(unmarshalled(dynamodb.Keys));
  if (place === undefined) {
    return undefined;
  }
  const before = itemIn(dynamodb.OldImage);
  const after = itemIn(dynamodb.NewImage);
  const kind = kindOf(before, after);
  const item = kind === 'deleted' ? before : after;
  if (kind === undefined || item === undefined || item.status === 'deleted') {
    return undefined;
  }
  return {
    kind,
    session: sessionNow(place, item),
    atMs: (dynamodb.ApproximateCreationDateTime ?? 0) * 1000,
    eventId: eventID,
    sequenceNumber: dynamodb.SequenceNumber ?? '',
  };
}

/** Nobody does what TTL does: it removes sessions whose time is over, and the marks that deleted ones leave. */
function kindOf(before: StoredItem | undefined, after: StoredItem | undefined): ChangeKind | undefined {
  if (before === undefined) {
    return after?.status === 'active' ? 'started' : undefined;
  }
  if (after?.status === before.status) {
    return undefined;
  }
  return after?.status === 'ended' || after?.status === 'deleted' ? after.status : undefined;
}

function itemIn(image: Image | undefined): StoredItem | undefined {
  return image && (unmarshalled(image) as unknown as StoredItem);
}

type Image = Record<string, AttributeValue>;

/** The same JSON, to which two packages give two types. */
function unmarshalled(image: Image): Record<string, unknown> {
  return unmarshall(image as Parameters<typeof unmarshall>[0]);
}
