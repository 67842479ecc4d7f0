// What the table holds of an API key that is good, and the caller that it stands for.
import type { ApiKeyRecord } from '../../../functions/access/api-key.ts';
import type { Principal } from '../../../functions/access/verdict.ts';

const owner = {
  orgId: 'org_1',
  workspaceId: 'ws_1',
  userId: 'usr_1',
  scopes: ['read:chat', 'write:chat'],
} as const;

export const RECORD: ApiKeyRecord = { keyId: 'key_1', ...owner, environment: 'live', status: 'active' };

export const PRINCIPAL = { ...owner, credential: 'api_key' } as const satisfies Principal;
