// Where a list goes on: the last ulid that was shown, bound to the list that it belongs to.
import { createHash } from 'node:crypto';
import type { SessionStatus } from './session.ts';

export interface ListScope {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly personaId: string;
  readonly status: SessionStatus | undefined;
}

const FORM = /^([0-7][0-9A-HJKMNP-TV-Z]{25})([A-Za-z0-9_-]{12})$/;

/** The check is no secret: it tells a damaged or borrowed cursor, and one that is made up reaches only its maker's list. */
export function formatCursor(scope: ListScope, ulid: string): string {
  return Buffer.from(ulid + check(scope, ulid), 'latin1').toString('base64url');
}

/** @returns the ulid, or `undefined` when the text is not a cursor of this list. */
export function parseCursor(scope: ListScope, text: string): string | undefined {
  const [, ulid] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  // Compared as a whole, since base64url has more than one spelling of the same bytes.
  return ulid !== undefined && formatCursor(scope, ulid) === text ? ulid : undefined;
}

function check({ orgId, workspaceId, personaId, status }: ListScope, ulid: string): string {
  return createHash('sha256')
    .update(['cursor', orgId, workspaceId, personaId, status ?? '', ulid].join('\n'))
    .digest('base64url')
    .slice(0, 12);
}
