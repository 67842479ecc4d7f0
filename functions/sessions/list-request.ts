// The query of a list, as published, and the optional filter that was added to it.
import * as z from 'zod/mini';
import { isOpaqueId } from '../dynamodb/key.ts';
import { validate } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { notFound, validationFailed } from '../http/refusal.ts';
import { type ListScope, parseCursor } from './cursor.ts';
import { SESSION_STATUSES } from './session.ts';

export const LIST_LIMIT_DEFAULT = 20;
export const LIST_LIMIT_MAX = 100;
const LIMIT = /^[0-9]{1,9}$/;

export const ListChatSessionsQuery = z.object({
  limit: z._default(
    z.pipe(
      z.string().check(
        z.refine((text) => LIMIT.test(text) && Number(text) >= 1 && Number(text) <= LIST_LIMIT_MAX, {
          error: ({ input }) => `must be a whole number from 1 to ${LIST_LIMIT_MAX}, was ${quote(input)}`,
        }),
      ),
      z.transform(Number),
    ),
    LIST_LIMIT_DEFAULT,
  ),
  cursor: z.optional(z.string()),
  status: z.optional(
    z.enum(SESSION_STATUSES, {
      error: ({ input }) => `must be active, ended or archived, was ${quote(input)}`,
    }),
  ),
});

export interface ListRequest {
  readonly scope: ListScope;
  readonly limit: number;
  readonly afterUlid: string | undefined;
}

/** @throws Refusal `validation_failed` for a bad query, `not_found` for an id that can't be a persona's. */
export function readListRequest({ event, principal: { orgId, workspaceId } }: Call): ListRequest {
  const query = validate(ListChatSessionsQuery, event.queryStringParameters ?? {});
  if (!('value' in query)) {
    throw validationFailed(query.problems);
  }
  const personaId = event.pathParameters?.id;
  if (!isOpaqueId(personaId)) {
    throw notFound('Persona');
  }
  const { limit, cursor, status } = query.value;
  const scope = { orgId, workspaceId, personaId, status };
  const afterUlid = cursor === undefined || cursor === '' ? undefined : parseCursor(scope, cursor);
  if (cursor && afterUlid === undefined) {
    throw validationFailed([
      {
        path: 'cursor',
        message:
          'is not a cursor of this list; send the nextCursor of the page before, with the same persona and status',
      },
    ]);
  }
  return { scope, limit, afterUlid };
}

function quote(input: unknown): string {
  return JSON.stringify(String(input).slice(0, 100));
}
