// Everything that the table holds about one user of an org, page by page: the sessions and the API keys.
import { type DynamoDBDocumentClient, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { orgPartition } from '../../functions/dynamodb/item.ts';
import type { Item, Table } from '../../functions/dynamodb/table.ts';
import { sessionsByUser } from '../../functions/routes.ts';
import { sessionSortKeyPrefix, userPartition } from '../../functions/sessions/session-item.ts';
import { API_KEY_ENTRY_PREFIX, type ApiKeyEntry, parseApiKeyEntry } from '../api-key-entry.ts';
import { readPages } from '../read-pages.ts';
import { type Pace, readPaced } from './read-paced.ts';

export interface User {
  readonly orgId: string;
  readonly userId: string;
  /** Absent: all workspaces of the org. */
  readonly workspaceId?: string | undefined;
}

export interface Tables {
  readonly name: string;
  readonly table: Table;
  readonly client: DynamoDBDocumentClient;
}

/** Sessions that have expired are among them until TTL removes them. Eventually consistent: half the price. */
export function readSessions(
  { name, client }: Tables,
  { orgId, userId, workspaceId }: User,
  how: 'index' | 'scan',
  pace: Pace,
): AsyncGenerator<readonly Item[]> {
  if (how === 'index' && workspaceId !== undefined) {
    return readPaced(
      (page) =>
        client.send(
          new QueryCommand({
            TableName: name,
            IndexName: sessionsByUser.name,
            KeyConditionExpression: '#user = :user',
            ExpressionAttributeNames: { '#user': sessionsByUser.partitionAttribute },
            ExpressionAttributeValues: { ':user': userPartition({ orgId, workspaceId, userId }) },
            ...page,
          }),
        ),
      pace,
    );
  }
  return readPaced(
    (page) =>
      client.send(
        new ScanCommand({
          TableName: name,
          FilterExpression: `userId = :user AND begins_with(pk, :org)${workspaceId === undefined ? '' : ' AND begins_with(sk, :workspace)'}`,
          ExpressionAttributeValues: {
            ':user': userId,
            ':org': `${orgPartition(orgId)}#`,
            ...(workspaceId === undefined ? {} : { ':workspace': sessionSortKeyPrefix(workspaceId) }),
          },
          ...page,
        }),
      ),
    pace,
  );
}

/** By a query of the org's entries, which are few. */
export async function* readApiKeys(
  table: Table,
  { orgId, userId, workspaceId }: User,
): AsyncGenerator<ApiKeyEntry> {
  const entries = { partition: orgPartition(orgId), sortKeyPrefix: API_KEY_ENTRY_PREFIX };
  for await (const items of readPages(table, entries)) {
    yield* items
      .map(parseApiKeyEntry)
      .filter(
        (entry) =>
          entry.userId === userId && (workspaceId === undefined || entry.workspaceId === workspaceId),
      );
  }
}
