// The session that a path names: its id is its address under the caller's own org and workspace.

import type { Call } from '../http/endpoint.ts';
import { notFound } from '../http/refusal.ts';
import { parseSessionId, type SessionAddress } from './ids.ts';

export interface NamedSession extends SessionAddress {
  readonly orgId: string;
  readonly workspaceId: string;
}

/** @throws Refusal `not_found` for a malformed id, which can't be anybody's. */
export function sessionNamedBy({ event, principal }: Call): NamedSession {
  const address = parseSessionId(event.pathParameters?.id ?? '');
  if (address === undefined) {
    throw notFound('Session');
  }
  return { orgId: principal.orgId, workspaceId: principal.workspaceId, ...address };
}
