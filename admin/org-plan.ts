// The plan of an org, which decides how many requests it may make in a minute.
import { optionalText } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { orgKey } from '../functions/limits/limit-requests.ts';

export interface OrgDetails {
  readonly orgId: string;
  /** Absent while the org has no plan. */
  readonly plan?: string | undefined;
  /** RFC 3339, UTC, with milliseconds. */
  readonly updatedAt?: string | undefined;
}

export interface SetOrgPlan {
  readonly org: OrgDetails;
  /** Absent when the org had no plan before. */
  readonly previousPlan?: string | undefined;
}

/** Creates the item of the org when there is none. */
export async function setOrgPlan(
  table: Table,
  { orgId, plan }: { readonly orgId: string; readonly plan: string },
  now: Date = new Date(),
): Promise<SetOrgPlan> {
  const { plan: previousPlan } = await findOrg(table, orgId);
  const org = { orgId, plan, updatedAt: now.toISOString() };
  await table.update(orgKey(orgId), { set: org });
  return { org, previousPlan };
}

export async function findOrg(table: Table, orgId: string): Promise<OrgDetails> {
  const item = await table.get(orgKey(orgId));
  return {
    orgId,
    plan: item && optionalText(item, 'plan'),
    updatedAt: item && optionalText(item, 'updatedAt'),
  };
}
