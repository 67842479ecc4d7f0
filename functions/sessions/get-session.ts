// Reads one session at its address.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { sessionKey } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';
import { isLive, type SessionItem, type SessionPlace, type StoredItem } from './session-item.ts';

/**
 * One read unit, strongly consistent: a session can be read the moment it was started.
 * @returns `undefined` for a session that never was, was deleted, or has expired.
 */
export async function getSession(
  table: Table,
  place: SessionPlace,
  nowMs: number,
): Promise<SessionItem | undefined> {
  const { Item } = await reach(
    table.client.send(
      new GetCommand({ TableName: table.name, Key: sessionKey(place), ConsistentRead: true }),
      callOptions(table),
    ),
  );
  const stored = Item as StoredItem | undefined;
  return stored !== undefined && isLive(stored, nowMs) ? stored : undefined;
}
