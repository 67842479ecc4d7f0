// The API as data: each operation with its route, its entry, the scope it needs and what it may do to the table.

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The file in `functions/` whose `handler` serves the operation. */
  readonly entry: string;
  readonly scope: 'read:chat' | 'write:chat';
  readonly tableActions: readonly `dynamodb:${string}`[];
  /** What it may do to the index of sessions by user, where the table has one. */
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

/** Once more and alone, since an endpoint's bundle needs nothing else of the routes. */
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

/** What every operation may do to the table besides, where the requests of orgs are limited: read the plan, and count. */
export const limitActions = ['dynamodb:GetItem', 'dynamodb:UpdateItem'] as const;

/** The index of sessions by user, where the configuration asks for it. */
export const sessionsByUser = {
  name: 'SessionsByUser',
  partitionAttribute: 'userPk',
  sortAttribute: 'userSk',
} as const;

/** Asked before every route, the one for unknown paths included. */
export const authorizer = { entry: 'authorize.ts', tableActions: ['dynamodb:GetItem'] } as const;

/** Fed by the table's stream, where the configuration asks for them. */
export const streamConsumers = {
  countUsage: { entry: 'count-usage.ts', tableActions: ['dynamodb:UpdateItem'] },
  publishSessionEvents: { entry: 'publish-session-events.ts' },
} as const;

/** Answers every path and method that no route names. */
export const unknownRoute = { entry: 'answer-unknown-route.ts' } as const;

/** Answers the preflights of browsers, where the configuration names web pages; a browser sends no credentials with them. */
export const preflightRoute = {
  method: 'OPTIONS',
  path: '/{proxy+}',
  entry: 'answer-preflight.ts',
} as const;

/** Every file in `functions/` that is deployed as a function, or may be. */
export const entries: readonly string[] = /* @__PURE__ */ (() =>
  [...Object.values(routes), authorizer, ...Object.values(streamConsumers), unknownRoute, preflightRoute].map(
    ({ entry }) => entry,
  ))();
