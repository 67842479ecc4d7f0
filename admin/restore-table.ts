// Restores the table to a point in time, into a new table with the settings that a restore leaves out.
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { Refused } from './refused.ts';

export interface RestoreRequest {
  readonly source: string;
  readonly target: string;
  /** The latest possible time when it is absent. */
  readonly at: Date | undefined;
}

export interface Restored {
  readonly tableName: string;
  /** For `restoredTable` in the configuration. */
  readonly streamArn: string;
}

/** As in infra/sessions-table-stack.ts. */
const TTL_ATTRIBUTE = 'expiresAt';
const POLL_MS = 5_000;

/** Can be repeated: a table that is being restored already is waited for, and settings that it has are left alone. */
export async function restoreTable(
  client: DynamoDBClient,
  { source, target, at }: RestoreRequest,
  tell: (step: string) => void,
): Promise<Restored> {
  const { TableArn: sourceArn } = await describe(client, source);
  const existing = await find(client, target);
  if (existing !== undefined && existing.RestoreSummary?.SourceTableArn !== sourceArn) {
    throw new Refused(
      `${target} exists already and was not restored from ${source}. Nothing was changed. Give another name with --to.`,
    );
  }
  if (existing !== undefined) {
    tell(`${target} is there already`);
  } else {
    await client.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: source,
        TargetTableName: target,
        ...(at === undefined ? { UseLatestRestorableTime: true } : { RestoreDateTime: at }),
      }),
    );
    tell(`${target} is being restored from ${source}, as of ${at?.toISOString() ?? 'the latest time'}`);
  }
  const { TableArn: targetArn } = await becomeActive(client, target);
  await copyTags(client, sourceArn, targetArn);
  return prepareTable(client, target, tell);
}

/** Gives a restored table the settings of the stack's table. */
export async function prepareTable(
  client: DynamoDBClient,
  name: string,
  tell: (step: string) => void,
): Promise<Restored> {
  const table = await becomeActive(client, name);
  await expireItems(client, name);
  tell(`items of ${name} expire by ${TTL_ATTRIBUTE}`);
  await keepHistory(client, name);
  tell(`${name} can be restored to any point in time from now on`);
  if (table.DeletionProtectionEnabled !== true) {
    await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: true }));
    await becomeActive(client, name);
  }
  tell(`${name} is protected from deletion`);
  if (table.StreamSpecification?.StreamEnabled !== true) {
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  }
  const { LatestStreamArn: streamArn } = await becomeActive(client, name);
  if (streamArn === undefined) {
    throw new Refused(`${name} has no stream yet. Run the command again: it goes on where it stopped.`);
  }
  tell(`${name} has a stream`);
  return { tableName: name, streamArn };
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription> {
  const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: name }));
  return Table;
}

async function find(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return await describe(client, name);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

/** Of a table that will not become active. */
const LOST = ['ARCHIVED', 'ARCHIVING', 'DELETING', 'INACCESSIBLE_ENCRYPTION_CREDENTIALS'];

/** A restore takes minutes to hours, for a table of any size. */
async function becomeActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  for (;;) {
    const table = await describe(client, name);
    if (table.TableStatus === 'ACTIVE') {
      return table;
    }
    if (LOST.includes(table.TableStatus ?? '')) {
      throw new Refused(
        `${name} is ${table.TableStatus} and will not become ACTIVE. Check its key, or restore into another table.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function expireItems(client: DynamoDBClient, name: string): Promise<void> {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (TimeToLiveDescription?.AttributeName !== TTL_ATTRIBUTE) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: TTL_ATTRIBUTE };
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
}

async function keepHistory(client: DynamoDBClient, name: string): Promise<void> {
  const { ContinuousBackupsDescription } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: name }),
  );
  const { PointInTimeRecoveryStatus: status } =
    ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
  if (status !== 'ENABLED') {
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await client.send(
      new UpdateContinuousBackupsCommand({ TableName: name, PointInTimeRecoverySpecification }),
    );
  }
}

/** AWS's own tags, such as that of the stack, cannot be set. */
async function copyTags(client: DynamoDBClient, from?: string, to?: string): Promise<void> {
  const { Tags = [] } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: from }));
  const own = Tags.filter(({ Key }) => !Key?.startsWith('aws:'));
  if (own.length > 0) {
    await client.send(new TagResourceCommand({ ResourceArn: to, Tags: own }));
  }
}
