// The query parameters of lists, as published.
import * as z from 'zod/mini';
import { isOpaqueId } from '../dynamodb/item.ts';
import { type Fields, type Values, validate } from '../http/body.ts';
import type { Call, Event } from '../http/call.ts';
import { notFound, validationFailed } from '../http/refusal.ts';
import { type ListScope, parseCursor } from './cursor.ts';
import { parseSessionId, SESSION_STATUSES } from './session.ts';
import { isUlid } from './ulid.ts';

export const LIST_LIMIT_DEFAULT = 20;
export const LIST_LIMIT_MAX = 100;
const LIMIT = /^[0-9]{1,9}$/;

export const personaListFields = {
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
};

const userListFields = {
  ...personaListFields,
  personaId: z.optional(
    z.string().check(
      z.refine(isOpaqueId, {
        error: ({ input }) => `must be a persona id, 1 to 64 of A-Z, a-z, 0-9, _ and -, was ${quote(input)}`,
      }),
    ),
  ),
};

/** @throws Refusal `validation_failed` for an invalid query, `not_found` for a malformed persona id. */
export function readPersonaListRequest({ event, principal: { orgId, workspaceId } }: Call) {
  const { limit, cursor, status } = readQuery(personaListFields, event);
  const personaId = event.pathParameters?.id;
  if (!isOpaqueId(personaId)) {
    throw notFound('Persona');
  }
  const scope = { orgId, workspaceId, personaId, status };
  return { scope, limit, after: readCursor(scope, cursor, isUlid) };
}

/** @throws Refusal `validation_failed` */
export function readUserListRequest({ event, principal: { orgId, workspaceId, userId } }: Call) {
  const { limit, cursor, status, personaId } = readQuery(userListFields, event);
  const scope = { orgId, workspaceId, userId, personaId, status };
  const isSessionId = (position: string) => parseSessionId(position) !== undefined;
  return { scope, limit, after: readCursor(scope, cursor, isSessionId) };
}

function readQuery<F extends Fields>(fields: F, event: Event): Values<F> {
  const query = validate(fields, event.queryStringParameters ?? {}, 'ignored');
  if (!('values' in query)) {
    throw validationFailed(query.problems);
  }
  return query.values;
}

function readCursor(
  scope: ListScope,
  cursor: string | undefined,
  isPosition: (text: string) => boolean,
): string | undefined {
  if (cursor === undefined || cursor === '') {
    return undefined;
  }
  const position = parseCursor(scope, cursor);
  if (position === undefined || !isPosition(position)) {
    throw validationFailed([
      {
        path: 'cursor',
        message:
          'is not a cursor of this list; send the nextCursor of the page before, with the same filters',
      },
    ]);
  }
  return position;
}

function quote(input: unknown): string {
  return JSON.stringify(String(input).slice(0, 100));
}
