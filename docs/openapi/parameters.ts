// Parameters of calls, as components.

import { IDEMPOTENCY_KEY_MAX_LENGTH } from '../../functions/sessions/idempotency-key.ts';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from '../../functions/sessions/list-request.ts';
import { personaId, startedSession } from './examples.ts';

/** Only what is required has an example: viewers and fuzzers send examples as they are. */
export const parameters = {
  PersonaId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The persona, `psn_…`.',
    schema: { type: 'string', minLength: 1 },
    example: personaId,
  },
  SessionId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The session, `chs_…`: the `sessionId` that its start answered.',
    schema: { type: 'string', minLength: 1 },
    example: startedSession.sessionId,
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: [
      'Makes the start safe to send again: however often it is sent with the same key, it starts one session, and every',
      'answer is the first one. 1 to 255 visible ASCII characters but the comma; a new UUIDv7 (RFC 9562) for each start is best,',
      'and its time must be within 24 hours of the server’s. A key belongs to its user and persona, and is good for 24 hours.',
      'Without a key, each call starts a session of its own.',
    ].join(' '),
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: IDEMPOTENCY_KEY_MAX_LENGTH,
      pattern: '^[!-+\\--~]+$',
    },
  },
  Cursor: {
    name: 'cursor',
    in: 'query',
    required: false,
    description:
      'The `nextCursor` of the page before, with the same persona and `status`. Opaque. Empty or left out: the first page.',
    schema: { type: 'string' },
  },
  Limit: {
    name: 'limit',
    in: 'query',
    required: false,
    description: 'Sessions on a page, at most.',
    schema: { type: 'integer', minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT },
  },
  Status: {
    name: 'status',
    in: 'query',
    required: false,
    description: 'Lists the sessions with this status only. Left out: active and ended ones.',
    schema: { type: 'string', enum: ['active', 'ended', 'archived'] },
  },
} as const;

export type ParameterName = keyof typeof parameters;

export function parameterRef(name: ParameterName): { $ref: string } {
  return { $ref: `#/components/parameters/${name}` };
}
