// Parameters of calls, as components.

import { IDEMPOTENCY_KEY_MAX_LENGTH } from '../../functions/sessions/idempotency-key.ts';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from '../../functions/sessions/list-request.ts';
import { personaId, startedSession } from './examples.ts';
import { schemaRef } from './schemas.ts';

/** Only required parameters have an example: viewers and fuzzers send examples as they are. */
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
      'and its time must be within 24 hours of the server’s; that time also places the session in lists. A key belongs to its user',
      'and persona, and is good for 24 hours. Without a key, each call starts a session of its own. `{{$guid}}`, the example, is',
      'Postman’s variable for a new UUID.',
    ].join(' '),
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: IDEMPOTENCY_KEY_MAX_LENGTH,
      pattern: '^[!-+\\--~]+$',
      // Postman sends optional headers too, and puts a new UUID in this place at each call. Any other example would be a fixed
      // key, and every start after the first would answer with the first session. In the schema, so that viewers which do not
      // know the variable leave the field empty. The page of the local stack leaves the example out.
      examples: ['{{$guid}}'],
    },
  },
  Cursor: {
    name: 'cursor',
    in: 'query',
    required: false,
    description:
      'The `nextCursor` of the page before, with the same filters. Opaque. Empty or left out: the first page.',
    // Postman sends optional parameters too, and would make up a cursor.
    schema: { type: 'string', examples: [''] },
  },
  PersonaFilter: {
    name: 'personaId',
    in: 'query',
    required: false,
    description: 'Lists the sessions with this persona only. Left out: with all personas of the workspace.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
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
    schema: { $ref: schemaRef('SessionStatus') },
  },
} as const;

export type ParameterName = keyof typeof parameters;

export function parameterRef(name: ParameterName): { $ref: string } {
  return { $ref: `#/components/parameters/${name}` };
}
