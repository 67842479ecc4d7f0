// The API as data: each operation with its route, its entry, its scope and its permissions on the table.

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The file in `functions/` whose `handler` serves the operation. */
  readonly entry: string;
  readonly scope: 'read:chat' | 'write:chat';
  readonly tableActions: readonly `dynamodb:${string}`[];
  /** Permissions on the index of sessions by user, where the table has it. */
  readonly indexActions?: readonly `dynamodb:${string}`[];
}

export const routes = {
  startChatSession: {
    method: 'POST',
    path: '/v1/personas/{id}/chat/sessions',
    entry: 'start-chat-session.ts',
    scope: 'write:chat',
    tableActions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  },
  listChatSessionsForPersona: {
    method: 'GET',
    path: '/v1/personas/{id}/chat/sessions',
    entry: 'list-chat-sessions-for-persona.ts',
    scope: 'read:chat',
    tableActions: ['dynamodb:GetItem', 'dynamodb:Query'],
  },
  listChatSessions: {
    method: 'GET',
    path: '/v1/chat/sessions',
    entry: 'list-chat-sessions.ts',
    scope: 'read:chat',
    tableActions: [],
    indexActions: ['dynamodb:Query'],
  },
  getChatSession: {
    method: 'GET',
    path: '/v1/chat/sessions/{id}',
    entry: 'get-chat-session.ts',
    scope: 'read:chat',
    tableActions: ['dynamodb:GetItem'],
  },
  updateChatSession: {
    method: 'PATCH',
    path: '/v1/chat/sessions/{id}',
    entry: 'update-chat-session.ts',
    scope: 'write:chat',
    tableActions: ['dynamodb:UpdateItem'],
  },
  recordChatTurn: {
    method: 'POST',
    path: '/v1/chat/sessions/{id}/turns',
    entry: 'record-chat-turn.ts',
    scope: 'write:chat',
    tableActions: ['dynamodb:UpdateItem'],
  },
  endChatSession: {
    method: 'POST',
    path: '/v1/chat/sessions/{id}/end',
    entry: 'end-chat-session.ts',
    scope: 'write:chat',
    tableActions: ['dynamodb:UpdateItem'],
  },
  deleteChatSession: {
    method: 'DELETE',
    path: '/v1/chat/sessions/{id}',
    entry: 'delete-chat-session.ts',
    scope: 'write:chat',
    tableActions: ['dynamodb:PutItem'],
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof routes;

/** The scopes again, so that the bundle of an endpoint does not include the routes. */
export const scopes: { readonly [Name in Operation]: (typeof routes)[Name]['scope'] } = {
  startChatSession: 'write:chat',
  listChatSessionsForPersona: 'read:chat',
  listChatSessions: 'read:chat',
  getChatSession: 'read:chat',
  updateChatSession: 'write:chat',
  recordChatTurn: 'write:chat',
  endChatSession: 'write:chat',
  deleteChatSession: 'write:chat',
};

/** Additional permissions of every operation where requests are limited: to read the plan, and to count. */
export const limitActions = ['dynamodb:GetItem', 'dynamodb:UpdateItem'] as const;

/** The index of sessions by user, where the configuration enables it. */
export const sessionsByUser = {
  name: 'SessionsByUser',
  partitionAttribute: 'userPk',
  sortAttribute: 'userSk',
} as const;

/** Authorizes every route, including the one for unknown paths, but no preflight. */
export const authorizer = { entry: 'authorize.ts', tableActions: ['dynamodb:GetItem'] } as const;

/** Consumers of the table's stream, where the configuration enables them. */
export const streamConsumers = {
  countUsage: { entry: 'count-usage.ts', tableActions: ['dynamodb:UpdateItem'] },
  publishSessionEvents: { entry: 'publish-session-events.ts' },
} as const;

/** Answers every path and method without a route. */
export const unknownRoute = { entry: 'answer-unknown-route.ts' } as const;

/** Answers CORS preflight requests, where the configuration allows web pages. A browser sends no credentials with them. */
export const preflightRoute = {
  method: 'OPTIONS',
  path: '/{proxy+}',
  entry: 'answer-preflight.ts',
} as const;

/** Every file in `functions/` with a handler, including those that a configuration may leave out. */
export const entries: readonly string[] = /* @__PURE__ */ (() =>
  [...Object.values(routes), authorizer, ...Object.values(streamConsumers), unknownRoute, preflightRoute].map(
    ({ entry }) => entry,
  ))();
