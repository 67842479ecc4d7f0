// The demo org of the local stack: a persona and an API key, created with the operator commands.
//
// This is the only import of local/ from the rest: otherwise the local stack only runs a synthesised assembly.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableOf } from '../functions/dynamodb/sdk.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { setPersonaStatus } from './change-persona.ts';
import { createPersona } from './create-persona.ts';
import { issueApiKey } from './issue-api-key.ts';
import { listApiKeys } from './list-api-keys.ts';
import { Refused } from './refused.ts';
import { revokeApiKey } from './revoke-api-key.ts';

const orgId = 'org_demo';
const workspaceId = 'ws_demo';
const userId = 'usr_demo';
const persona = { orgId, personaId: 'psn_demo', name: 'Luna', workspaceId };
const KEY_NAME = 'Demo key of npm start';

export interface DemoOrg {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly personaId: string;
  readonly personaName: string;
  /** The plaintext key, which is stored nowhere. */
  readonly apiKey: string;
}

export async function makeDemoOrg(tableName: string, client: DynamoDBDocumentClient): Promise<DemoOrg> {
  const table = tableOf(tableName, client)();
  await makePersonaActive(table);
  await revokeEarlierKeys(table);
  const { secretKey } = await issueApiKey(table, {
    orgId,
    workspaceId,
    userId,
    scopes: ['*'],
    environment: 'test',
    name: KEY_NAME,
  });
  return {
    orgId,
    workspaceId,
    userId,
    personaId: persona.personaId,
    personaName: persona.name,
    apiKey: secretKey,
  };
}

/** The persona may have been archived or renamed in an earlier run on the same data. */
async function makePersonaActive(table: Table): Promise<void> {
  try {
    await createPersona(table, persona);
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    await setPersonaStatus(table, { ...persona, status: 'active' });
  }
}

/** Only a key's hash is stored, so the key of an earlier run can never be shown again. */
async function revokeEarlierKeys(table: Table): Promise<void> {
  for (const { name, status, keyId } of await listApiKeys(table, orgId)) {
    if (name === KEY_NAME && status !== 'revoked') {
      await revokeApiKey(table, { orgId, keyId });
    }
  }
}
