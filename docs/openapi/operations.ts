// The operations in words and examples. Method, path, scope and name come from the table of routes.
import { BODY_MAX_BYTES } from '../../functions/http/body.ts';
import type { Operation } from '../../functions/routes.ts';
import {
  activeSession,
  archivedSession,
  endedSession,
  personaId,
  sessionPage,
  startedSession,
  turn,
  userSessionPage,
} from './examples.ts';
import { type HeaderName, headerRef, rateLimitHeaders } from './headers.ts';
import { type ParameterName, parameterRef } from './parameters.ts';
import { type ResponseName, responseRef } from './responses.ts';
import { type JsonObject, schemaRef } from './schemas.ts';

export interface OperationDocument {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly $ref: string }[];
  readonly requestBody?: JsonObject;
  readonly responses: JsonObject;
}

const sessionLinks = (sessionId: string) => ({
  read: { operationId: 'getChatSession', parameters: { id: sessionId } },
  change: { operationId: 'updateChatSession', parameters: { id: sessionId } },
  recordTurn: { operationId: 'recordChatTurn', parameters: { id: sessionId } },
  end: { operationId: 'endChatSession', parameters: { id: sessionId } },
  delete: { operationId: 'deleteChatSession', parameters: { id: sessionId } },
});

export const operations: Readonly<Record<Operation, OperationDocument>> = {
  startChatSession: {
    summary: 'Start a chat session',
    description: [
      'Starts a session bound to a persona, and to the user and workspace of the credentials.',
      'Send an `Idempotency-Key` and a start whose answer was lost may be sent again: it starts one session.',
    ].join(' '),
    parameters: refs('PersonaId', 'IdempotencyKey'),
    requestBody: body('StartChatSessionRequest', {
      titled: { summary: 'With a title', value: { personaId, title: startedSession.title } },
      untitled: { summary: 'With the default title', value: { personaId } },
    }),
    responses: {
      201: answer('The session was started, now or by an earlier call with the same key.', {
        schema: 'StartedSession',
        example: { session: startedSession },
        headers: { 'Idempotent-Replayed': 'IdempotentReplayed' },
        links: sessionLinks('$response.body#/session/sessionId'),
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'PersonaNotFound',
        409: 'StartConflict',
        413: 'BodyTooLarge',
        422: 'InvalidStart',
      }),
    },
  },
  listChatSessionsForPersona: {
    summary: 'List a persona’s chat sessions',
    description: [
      'Lists the sessions of a persona in the workspace of the credentials, newest first by the time in their ids.',
      'That is the time of the `Idempotency-Key` where the key is a UUIDv7, so the time of the caller’s clock, and otherwise the time of the start.',
      '`startedAt` is always the server’s time, so the list is not always in its order.',
      'A session is in the list from the moment it was started.',
    ].join(' '),
    parameters: refs('PersonaId', 'Cursor', 'Limit', 'Status'),
    responses: {
      200: answer('A page of sessions.', {
        schema: 'SessionPage',
        example: sessionPage,
        links: {
          next: {
            operationId: 'listChatSessionsForPersona',
            parameters: { id: '$request.path.id', cursor: '$response.body#/nextCursor' },
          },
        },
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'PersonaNotFound',
        422: 'InvalidQuery',
      }),
    },
  },
  listChatSessions: {
    summary: 'List your own chat sessions',
    description: [
      'Lists the sessions of the user of the credentials, over all personas of the workspace, newest first by the time in their ids.',
      'A session is in this list a moment after its start, less than a second as a rule; read it by its id to see it at once.',
      'Answers 404 in a deployment whose operator has not switched this list on.',
    ].join(' '),
    parameters: refs('PersonaFilter', 'Status', 'Cursor', 'Limit'),
    responses: {
      200: answer('A page of sessions.', {
        schema: 'SessionPage',
        example: userSessionPage,
        links: {
          next: {
            operationId: 'listChatSessions',
            parameters: { cursor: '$response.body#/nextCursor' },
          },
        },
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'ListUnavailable',
        422: 'InvalidQuery',
      }),
    },
  },
  updateChatSession: {
    summary: 'Change a chat session',
    description: [
      'Changes the title, the metadata or whether the session is archived. A field that is left out stays as it is;',
      'of two changes of one field at the same time, the later one stays. May be sent again.',
    ].join(' '),
    parameters: refs('SessionId'),
    requestBody: body('UpdateChatSessionRequest', {
      title: { summary: 'Another title', value: { title: archivedSession.title } },
      archive: { summary: 'Archive it', value: { archived: true } },
      restore: { summary: 'Give its status back', value: { archived: false } },
    }),
    responses: {
      200: answer('The session, changed.', {
        schema: 'UpdatedSession',
        example: { session: archivedSession },
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'SessionNotFound',
        413: 'BodyTooLarge',
        422: 'InvalidUpdate',
      }),
    },
  },
  recordChatTurn: {
    summary: 'Record a turn of a chat session',
    description: [
      'Counts one exchange with the persona. The chat engine calls it after each, and numbers them from 1 without a gap.',
      'A turn is counted exactly once: sent again, it answers `alreadyRecorded: true` and changes nothing.',
      'The figures of an older turn than the last one are not compared any more.',
    ].join(' '),
    parameters: refs('SessionId'),
    requestBody: body('RecordChatTurnRequest', { turn: { summary: 'The seventh turn', value: turn } }),
    responses: {
      200: answer('The session, with the turn counted.', {
        schema: 'RecordedTurn',
        example: { session: activeSession, alreadyRecorded: false },
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'SessionNotFound',
        409: 'TurnConflict',
        413: 'BodyTooLarge',
        422: 'InvalidTurn',
      }),
    },
  },
  getChatSession: {
    summary: 'Read a chat session',
    description: 'Answers the session as it is now, from the moment it was started.',
    parameters: refs('SessionId'),
    responses: {
      200: answer('The session.', { schema: 'Session', example: activeSession }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'SessionNotFound',
      }),
    },
  },
  endChatSession: {
    summary: 'End a chat session',
    description:
      'Ends the session. Its counters stay, and it takes no more turns. Ending it again changes nothing and answers with `alreadyEnded: true`. A body is ignored.',
    parameters: refs('SessionId'),
    responses: {
      200: answer('The session, ended.', {
        schema: 'EndedSession',
        example: { session: endedSession, alreadyEnded: false },
      }),
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'SessionNotFound',
        413: 'BodyTooLarge',
      }),
    },
  },
  deleteChatSession: {
    summary: 'Delete a chat session',
    description:
      'Ends the session and deletes its data. Only its id stays for some days, so that no retry starts the session again. This cannot be undone.',
    parameters: refs('SessionId'),
    responses: {
      204: {
        description: 'The session is gone.',
        headers: { 'x-request-id': headerRef('RequestId'), ...rateLimitHeaders() },
      },
      ...refusals({
        400: 'MalformedRequest',
        401: 'Unauthorized',
        403: 'Forbidden',
        404: 'SessionNotFound',
      }),
    },
  },
};

function refs(...names: ParameterName[]) {
  return names.map(parameterRef);
}

function body(schema: string, examples: JsonObject): JsonObject {
  return {
    description: `A JSON object of at most ${BODY_MAX_BYTES.toLocaleString('en-US')} bytes. An unknown field is refused.`,
    required: true,
    content: { 'application/json': { schema: { $ref: schemaRef(schema) }, examples } },
  };
}

interface Answer {
  readonly schema: string;
  readonly example: unknown;
  readonly headers?: Readonly<Record<string, HeaderName>>;
  readonly links?: JsonObject;
}

function answer(description: string, { schema, example, headers = {}, links }: Answer): JsonObject {
  return {
    description,
    headers: {
      'x-request-id': headerRef('RequestId'),
      ...rateLimitHeaders(),
      ...Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, headerRef(header)])),
    },
    content: { 'application/json': { schema: { $ref: schemaRef(schema) }, example } },
    ...(links === undefined ? {} : { links }),
  };
}

/** The operation's own, and those that every operation has. */
function refusals(own: Readonly<Record<number, ResponseName>>): JsonObject {
  const all: Readonly<Record<number, ResponseName>> = {
    ...own,
    429: 'TooManyRequests',
    431: 'HeadersTooLarge',
    500: 'InternalError',
    503: 'ServiceUnavailable',
  };
  return Object.fromEntries(Object.entries(all).map(([status, name]) => [status, responseRef(name)]));
}
