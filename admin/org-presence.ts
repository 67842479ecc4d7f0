// Checks that the table knows an org: a typing error in --org would create another tenant.
import { orgPartition } from '../functions/dynamodb/item.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { Refused } from './refused.ts';

/**
 * An org is known by its plan, its keys, or its personas.
 * @param what the item to create for the org, such as "key"
 * @throws Refused when the org is not known, and --new-org was not given
 * @returns whether the org is new
 */
export async function refuseUnknownOrg(
  table: Table,
  { org: orgId, newOrg }: { readonly org: string; readonly newOrg?: true },
  what: string,
): Promise<boolean> {
  const { items } = await table.query({ partition: orgPartition(orgId), limit: 1 });
  if (items.length === 0 && newOrg === undefined) {
    throw new Refused(
      `This would be the first ${what} of ${orgId}, an org of which the table knows nothing. Nothing was changed. Check --org, or add --new-org if the org is new.`,
    );
  }
  return items.length === 0;
}
