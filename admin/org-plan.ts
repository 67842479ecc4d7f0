// The plan of an org, which decides how many requests it may make in a minute.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { orgKey } from '../functions/dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../functions/dynamodb/table.ts';
import { readItem } from './put-new-item.ts';

export interface OrgDetails {
  readonly orgId: string;
  /** Absent while nobody has put the org on a plan. */
  readonly plan?: string;
  /** RFC 3339, UTC, with milliseconds. */
  readonly updatedAt?: string;
}

export interface SetOrgPlan {
  readonly org: OrgDetails;
  /** Absent when the org was on no plan before. */
  readonly previousPlan?: string;
}

/** Orgs are made nowhere: one that has a plan is the first that the table hears of it. */
export async function setOrgPlan(
  table: Table,
  { orgId, plan }: { readonly orgId: string; readonly plan: string },
  now: Date = new Date(),
): Promise<SetOrgPlan> {
  const updatedAt = now.toISOString();
  const { Attributes: before } = await reach(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: orgKey(orgId),
        UpdateExpression: 'SET orgId = :orgId, #plan = :plan, updatedAt = :updatedAt',
        ExpressionAttributeNames: { '#plan': 'plan' },
        ExpressionAttributeValues: { ':orgId': orgId, ':plan': plan, ':updatedAt': updatedAt },
        ReturnValues: 'ALL_OLD',
      }),
      callOptions(table),
    ),
  );
  const org = { orgId, plan, updatedAt };
  return before?.plan === undefined ? { org } : { org, previousPlan: before.plan };
}

export async function findOrg(table: Table, orgId: string): Promise<OrgDetails> {
  const { plan, updatedAt } = ((await readItem(table, orgKey(orgId))) ?? {}) as Partial<OrgDetails>;
  return {
    orgId,
    ...(plan === undefined ? {} : { plan }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}
