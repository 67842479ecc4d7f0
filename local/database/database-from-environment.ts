// Another DynamoDB instead of the embedded database, from the environment variables that AWS tools use.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Credentials } from '../lambda/runtime-variables.ts';

interface DatabaseChoice {
  databaseEndpoint?: string;
  databaseCredentials?: Credentials;
  region?: string;
}

/** Emulators accept any credentials, but some keep a separate database for each: all parts use the same ones. */
const anyCredentials: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function databaseFromEnvironment(environment: NodeJS.ProcessEnv): Promise<DatabaseChoice> {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const databaseEndpoint = environment.AWS_ENDPOINT_URL_DYNAMODB;
  const choice = region ? { region } : {};
  if (!databaseEndpoint) {
    return choice;
  }
  const databaseCredentials = isAws(databaseEndpoint) ? await ordinaryCredentials() : anyCredentials;
  return { ...choice, databaseEndpoint, databaseCredentials };
}

export function isAws(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) {
    throw new Error(`AWS_ENDPOINT_URL_DYNAMODB must be a URL, not "${endpoint}".`);
  }
  return /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}

/** The operator's own credentials, which the functions use too: their roles exist only where they are deployed. */
async function ordinaryCredentials(): Promise<Credentials> {
  const client = new DynamoDBClient({});
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  } finally {
    client.destroy();
  }
}
