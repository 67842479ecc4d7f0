// The demo org: a persona to chat with, an API key and a session JWT, made with the operator commands.
import { createPersona } from '../admin/create-persona.ts';
import { issueApiKey } from '../admin/issue-api-key.ts';
import { listApiKeys } from '../admin/list-api-keys.ts';
import { Refused } from '../admin/refused.ts';
import { revokeApiKey } from '../admin/revoke-api-key.ts';
import { setPersonaStatus } from '../admin/set-persona-status.ts';
import { localClaims } from './session-tokens.ts';
import type { LocalStack } from './stack.ts';

const orgId = 'org_demo';
const workspaceId = 'ws_demo';
const userId = 'usr_demo';
const persona = { orgId, personaId: 'psn_demo', name: 'Luna', workspaceId };
const KEY_NAME = 'Demo key of npm start';

export interface Demo {
  personaId: string;
  personaName: string;
  apiKey: string;
  sessionJwt: string;
}

export async function seedDemo(stack: LocalStack): Promise<Demo> {
  await activePersona(stack);
  await revokeEarlierKeys(stack);
  const { secretKey } = await issueApiKey(stack.table, {
    orgId,
    workspaceId,
    userId,
    scopes: ['*'],
    environment: 'test',
    name: KEY_NAME,
  });
  return {
    personaId: persona.personaId,
    personaName: persona.name,
    apiKey: secretKey,
    sessionJwt: await stack.signSessionJwt({
      sub: userId,
      [localClaims.org]: orgId,
      [localClaims.workspace]: workspaceId,
      [localClaims.scopes]: '*',
    }),
  };
}

/** With `--data`, an operator may have archived or renamed it in an earlier run. */
async function activePersona({ table }: LocalStack): Promise<void> {
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
async function revokeEarlierKeys({ table }: LocalStack): Promise<void> {
  for (const { name, status, keyId } of await listApiKeys(table, orgId)) {
    if (name === KEY_NAME && status !== 'revoked') {
      await revokeApiKey(table, { orgId, keyId });
    }
  }
}
