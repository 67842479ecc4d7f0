// The cursor of a list: the last session of a page, bound to its list.
import { createHash } from 'node:crypto';
import type { SessionStatus } from './session.ts';

/** The list of a cursor: the sessions of a persona, or of a user. */
export interface ListScope {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId?: string;
  readonly personaId?: string | undefined;
  readonly status: SessionStatus | undefined;
}

const FORM = /^(.+)([A-Za-z0-9_-]{12})$/;

/**
 * The check is not secret. It detects a damaged cursor and one of another list; a forged cursor still reads only the
 * caller's own list.
 * @param position latin1 text
 */
export function formatCursor(scope: ListScope, position: string): string {
  return Buffer.from(position + check(scope, position), 'latin1').toString('base64url');
}

/** @returns the position, whose form the caller must check, or `undefined` when the text is not a cursor of this list. */
export function parseCursor(scope: ListScope, text: string): string | undefined {
  const [, position] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  // Compares the whole text, since base64url can encode the same bytes in more than one way.
  return position !== undefined && formatCursor(scope, position) === text ? position : undefined;
}

function check({ orgId, workspaceId, userId, personaId, status }: ListScope, position: string): string {
  return createHash('sha256')
    .update(['cursor', orgId, workspaceId, userId ?? '', personaId ?? '', status ?? '', position].join('\n'))
    .digest('base64url')
    .slice(0, 12);
}
