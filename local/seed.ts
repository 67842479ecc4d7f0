// The demo data: an org with a persona and an API key, and a session JWT of its user.
import { makeDemoOrg } from '../admin/demo-org.ts';
import { localClaims } from './session-tokens.ts';
import type { LocalStack } from './stack.ts';

export interface Demo {
  personaId: string;
  personaName: string;
  apiKey: string;
  sessionJwt: string;
}

export async function seedDemo(stack: LocalStack): Promise<Demo> {
  const org = await makeDemoOrg(stack.table.name, stack.table.client);
  const { personaId, personaName, apiKey } = org;
  return {
    personaId,
    personaName,
    apiKey,
    sessionJwt: await stack.signSessionJwt({
      sub: org.userId,
      [localClaims.org]: org.orgId,
      [localClaims.workspace]: org.workspaceId,
      [localClaims.scopes]: '*',
    }),
  };
}
