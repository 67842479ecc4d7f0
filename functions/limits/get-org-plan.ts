// Reads the plan that an org is on.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { orgKey } from '../dynamodb/keys.ts';
import { callOptions, reach, type Table } from '../dynamodb/table.ts';

/**
 * Half a read unit: a plan that was changed may take effect a moment later.
 * @returns `undefined` for an org of which nothing was said.
 */
export async function getOrgPlan(table: Table, orgId: string): Promise<unknown> {
  const { Item } = await reach(
    table.client.send(new GetCommand({ TableName: table.name, Key: orgKey(orgId) }), callOptions(table)),
  );
  return Item?.plan;
}
