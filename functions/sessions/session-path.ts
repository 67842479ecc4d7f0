// Reads the address of a session from the path: its id, under the caller's own org and workspace.
import type { Call } from '../http/call.ts';
import { notFound } from '../http/refusal.ts';
import { parseSessionId, type SessionAddress } from './session.ts';

/** @throws Refusal `not_found` for a malformed id. */
export function sessionOfPath({ event, principal }: Call): SessionAddress {
  const named = parseSessionId(event.pathParameters?.id ?? '');
  if (named === undefined) {
    throw notFound('Session');
  }
  return { orgId: principal.orgId, workspaceId: principal.workspaceId, ...named };
}
