// The table that the commands act on: that of the local stack, or a deployed one with the operator's AWS credentials.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { clientConfig, tableOf } from '../functions/dynamodb/sdk.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { refuseUnknownProfile, regionOf } from './aws-settings.ts';
import { databaseClock } from './database-clock.ts';
import { Refused } from './refused.ts';

export interface Target {
  readonly name: string;
  readonly table: Table;
  /** For what the four verbs of the table do not do: scans, deletes, and what they cost. */
  readonly client: DynamoDBDocumentClient;
  /** The database's time, as of its latest answer; it throws Refused when there is none. */
  now(): Date;
  close(): void;
  /** For error messages; absent for a deployed table. */
  readonly local: { readonly stackFile: string; readonly databaseEndpoint: string } | undefined;
}

/** Longer than for a request of the API, since only an operator waits. */
const LIMITS = { maxAttempts: 3, connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000 };

const STACK_FILE = path.join('.local', 'stack.json');

const localStack = z.object({
  tableName: z.string().min(1),
  databaseEndpoint: z.url(),
  region: z.string().min(1),
});

/**
 * Ordinary AWS settings apply: the default credential chain, AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE,
 * AWS_ENDPOINT_URL_DYNAMODB.
 * @throws Refused when the settings name a profile that does not exist.
 */
export async function deployedTarget(
  tableName: string,
  givenRegion: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  await refuseUnknownProfile(env);
  const region = givenRegion ?? regionOf(env);
  return { ...openTable(tableName, region === undefined ? {} : { region }), local: undefined };
}

/** @throws Refused when there is no valid file of a running local stack. */
export function localTarget(stackFile = path.resolve(STACK_FILE)): Target {
  const { tableName, databaseEndpoint, region } = readLocalStack(stackFile);
  return {
    ...openTable(tableName, {
      region,
      endpoint: databaseEndpoint,
      // The local stack may use a table on AWS, which needs real credentials.
      ...(isAws(databaseEndpoint) ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    }),
    local: { stackFile, databaseEndpoint },
  };
}

function openTable(name: string, settings: DynamoDBClientConfig): Omit<Target, 'local'> {
  const client = new DynamoDBClient({ ...clientConfig(LIMITS), ...settings });
  const now = databaseClock(client);
  const documents = DynamoDBDocumentClient.from(client);
  return { name, table: tableOf(name, documents)(), client: documents, now, close: () => client.destroy() };
}

function isAws(endpoint: string): boolean {
  return /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}

function readLocalStack(stackFile: string): z.output<typeof localStack> {
  let text: string;
  try {
    text = readFileSync(stackFile, 'utf8');
  } catch (error) {
    throw new Refused(
      `The local stack is not running: ${stackFile} can't be read. Start it with "npm start" in another terminal, or name a deployed table with --table.`,
      { cause: error },
    );
  }
  const parsed = localStack.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Refused(
      `${stackFile} is not what the local stack writes: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}. Start the stack again with "npm start".`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
