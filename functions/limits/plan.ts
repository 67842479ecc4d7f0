// How many requests an org may make in a minute: the plans of the configuration, and the plan that an org is on.
import { optionalText } from '../dynamodb/item.ts';
import { type Key, orgPartition } from '../dynamodb/key.ts';
import type { Table } from '../dynamodb/table.ts';

export interface RateLimits {
  readonly plans: Readonly<Record<string, { readonly requestsPerMinute: number }>>;
  /** Of orgs that have no plan, or one that is not among these. */
  readonly defaultPlan: string;
}

export function orgKey(orgId: string): Key {
  return { pk: orgPartition(orgId), sk: 'ORG' };
}

/**
 * Half a read unit: a plan that was changed may take effect a moment later.
 * @returns requests a minute.
 */
export async function readOrgLimit(table: Table, orgId: string, limits: RateLimits): Promise<number> {
  const item = await table.get(orgKey(orgId), { consistent: false });
  return limitOfPlan(limits, item && optionalText(item, 'plan'));
}

export function highestLimit({ plans }: RateLimits): number {
  return Math.max(...Object.values(plans).map(({ requestsPerMinute }) => requestsPerMinute));
}

export function limitOfPlan({ plans, defaultPlan }: RateLimits, plan: string | undefined): number {
  const name = plan !== undefined && Object.hasOwn(plans, plan) ? plan : defaultPlan;
  return plans[name]?.requestsPerMinute ?? 0;
}
