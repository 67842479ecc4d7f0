// The five operations in words and examples. Method, path, scope and name come from the table of routes.
import { BODY_MAX_BYTES } from '../../functions/http/body.ts';
import type { Operation } from '../../functions/routes.ts';
import { activeSession, endedSession, personaId, sessionPage, startedSession } from './examples.ts';
import { type HeaderName, headerRef, rateLimitHeaders } from './headers.ts';
import { type ParameterName, parameterRef } from './parameters.ts';
import { type ResponseName, responseRef } from './responses.ts';
import { type JsonObject, schemaRef } from './schemas.ts';

interface OperationDocument {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly $ref: string }[];
  readonly requestBody?: JsonObject;
  readonly responses: JsonObject;
}

const sessionLinks = (sessionId: string) => ({
  read: { operationId: 'getChatSession', parameters: { id: sessionId } },
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
    requestBody: {
      description: `A JSON object of at most ${BODY_MAX_BYTES.toLocaleString('en-US')} bytes. An unknown field is refused.`,
      required: true,
      content: {
        'application/json': {
          schema: { $ref: schemaRef('StartChatSessionRequest') },
          examples: {
            titled: { summary: 'With a title', value: { personaId, title: startedSession.title } },
            untitled: { summary: 'With the default title', value: { personaId } },
          },
        },
      },
    },
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
      'Ends the session and keeps its history. Ending it again changes nothing and answers with `alreadyEnded: true`. A body is ignored.',
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
    description: 'Ends the session and deletes it with all that it held. It can’t be undone.',
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
