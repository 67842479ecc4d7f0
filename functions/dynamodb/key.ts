// The primary key of an item, and the ids that may stand in one.

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Org, workspace and persona ids: 1 to 64 characters of `[A-Za-z0-9_-]`, so that no id holds the `#` between the parts of a key. */
const OPAQUE_ID = /^[A-Za-z0-9_-]{1,64}$/;

export function isOpaqueId(value: unknown): value is string {
  return typeof value === 'string' && OPAQUE_ID.test(value);
}

/** The partition of what belongs to an org as a whole; the others of the org begin with it. */
export function orgPartition(orgId: string): string {
  return `ORG#${orgId}`;
}
