// The plan of an org, which decides how many requests it may make in a minute.
import { optionalText } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { orgKey } from '../functions/limits/limit-requests.ts';

export interface OrgDetails {
  readonly orgId: string;
  /** Absent while nobody has put the org on a plan. */
  readonly plan?: string | undefined;
  /** RFC 3339, UTC, with milliseconds. */
  readonly updatedAt?: string | undefined;
}

export interface SetOrgPlan {
  readonly org: OrgDetails;
  /** Absent when the org was on no plan before. */
  readonly previousPlan?: string | undefined;
}

/** Orgs are made nowhere: one that has a plan is the first that the table hears of it. */
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
