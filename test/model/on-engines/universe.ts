// Who calls, for whom, and with which keys: two orgs that look alike, and what they should be answered.
import { newApiKey, newPersona, unique } from '../../api/harness.ts';
import { uuidV4, uuidV7 } from '../../faults/idempotency-keys.ts';
import { type Caller, Expected, type Persona } from './expected.ts';

/** Two orgs whose workspaces, users and personas have the same ids, each run with its own. */
export interface Universe {
  readonly callers: readonly (Caller & { readonly apiKey: string })[];
  readonly personas: readonly Persona[];
  /** None, and two of each kind, which everybody uses. */
  readonly keys: readonly (string | undefined)[];
  readonly expected: Expected;
  /** Of all that ever were. */
  readonly sessionIds: string[];
}

export type CallerWithKey = Universe['callers'][number];

export async function newUniverse(): Promise<Universe> {
  const [here, there] = [`org_${unique()}`, `org_${unique()}`];
  const personas: Persona[] = [
    { orgId: here, personaId: 'psn_all', name: 'Luna' },
    { orgId: here, personaId: 'psn_one', name: 'Luna', workspaceId: 'ws_1' },
    { orgId: there, personaId: 'psn_all', name: 'Luna' },
  ];
  const callers: Caller[] = [
    { orgId: here, workspaceId: 'ws_1', userId: 'usr_1' },
    { orgId: here, workspaceId: 'ws_1', userId: 'usr_2' },
    { orgId: here, workspaceId: 'ws_2', userId: 'usr_1' },
    { orgId: there, workspaceId: 'ws_1', userId: 'usr_1' },
  ];
  await Promise.all(personas.map((each) => newPersona({ workspaceId: undefined, ...each })));
  return {
    personas,
    callers: await Promise.all(
      callers.map(async (each) => ({ ...each, apiKey: await newApiKey(each, { scopes: ['*'] }) })),
    ),
    keys: [undefined, uuidV7(), uuidV7(), uuidV4(), `order-${unique()}`],
    expected: new Expected(personas),
    sessionIds: [],
  };
}
