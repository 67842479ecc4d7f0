// The demo data: an org with a persona and an API key, and a session JWT of its user.
import { type DemoOrg, makeDemoOrg } from '../admin/demo-org.ts';
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
    sessionJwt: await stack.signSessionJwt(sessionClaims(stack, org)),
  };
}

/** The authorizer's environment says how the claims are called. */
function sessionClaims({ deployment }: LocalStack, org: DemoOrg): Record<string, string> {
  const environment =
    deployment.functions.find(({ environment }) => 'JWT_ORG_CLAIM' in environment)?.environment ?? {};
  const { JWT_ORG_CLAIM, JWT_WORKSPACE_CLAIM, JWT_SCOPES_CLAIM } = environment;
  if (!JWT_ORG_CLAIM || !JWT_WORKSPACE_CLAIM || !JWT_SCOPES_CLAIM) {
    throw new Error(
      'No function of the assembly names the claims of a session JWT (JWT_ORG_CLAIM and its like).',
    );
  }
  return {
    sub: org.userId,
    [JWT_ORG_CLAIM]: org.orgId,
    [JWT_WORKSPACE_CLAIM]: org.workspaceId,
    [JWT_SCOPES_CLAIM]: '*',
  };
}
