// Where a list goes on: the last session that was shown, bound to the list that it belongs to.
import { createHash } from 'node:crypto';
import type { SessionStatus } from './session.ts';

/** Which list it is: of a persona, or of a user. */
export interface ListScope {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId?: string;
  readonly personaId?: string | undefined;
  readonly status: SessionStatus | undefined;
}

const FORM = /^(.+)([A-Za-z0-9_-]{12})$/;

/**
 * The check is no secret: it tells a damaged or borrowed cursor, and one that is made up reaches only its maker's list.
 * @param position latin1
 */
export function formatCursor(scope: ListScope, position: string): string {
  return Buffer.from(position + check(scope, position), 'latin1').toString('base64url');
}

/** @returns the position, whose form is to be checked, or `undefined` when the text is not a cursor of this list. */
export function parseCursor(scope: ListScope, text: string): string | undefined {
  const [, position] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  // Compared as a whole, since base64url has more than one spelling of the same bytes.
  return position !== undefined && formatCursor(scope, position) === text ? position : undefined;
}

function check({ orgId, workspaceId, userId, personaId, status }: ListScope, position: string): string {
  return createHash('sha256')
    .update(['cursor', orgId, workspaceId, userId ?? '', personaId ?? '', status ?? '', position].join('\n'))
    .digest('base64url')
    .slice(0, 12);
}
