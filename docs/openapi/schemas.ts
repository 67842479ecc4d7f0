// The schemas of requests and responses, generated from the zod schemas that the service itself is checked with.
import * as z from 'zod/mini';
import { TITLE_MAX_CODE_POINTS } from '../../functions/sessions/fields.ts';
import {
  AnyError,
  EndedSession,
  ErrorEnvelope,
  GatewayError,
  Session,
  SessionPage,
  SessionStatus,
  StartedSession,
} from '../../functions/sessions/responses.ts';
import { StartChatSessionRequest } from '../../functions/sessions/start-request.ts';
import { personaId, startedSession } from './examples.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const published = {
  StartChatSessionRequest,
  Session,
  SessionStatus,
  StartedSession,
  SessionPage,
  EndedSession,
  ErrorEnvelope,
  GatewayError,
  AnyError,
};

/** What the checks inside a schema mean, which no generator can read from their code, and what only prose can say. */
const added: Readonly<Record<string, JsonObject>> = {
  'StartChatSessionRequest.personaId': {
    description: 'The persona of the path, once more.',
    examples: [personaId],
  },
  'StartChatSessionRequest.title': {
    description:
      'White space at both ends is cut off. Without a title, the session is called `Chat with <persona name>`.',
    minLength: 1,
    maxLength: TITLE_MAX_CODE_POINTS,
    pattern: '\\S',
    examples: ['Plans for the weekend'],
  },
  'Session.sessionId': { examples: [startedSession.sessionId] },
  'Session.startedAt': { examples: [startedSession.startedAt] },
};

/**
 * Requests are closed: the service refuses a field that it doesn't know, so a typo is found. Responses are open: they say
 * nothing of further fields, so a client that was generated from them goes on working when a field is added.
 */
export function schemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(published)) {
    registry.add(schema, { id });
  }
  const generated = z.toJSONSchema(registry, { io: 'input', uri: schemaRef, override: addFormat });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $schema, $id, ...schema }]) => [id, addTo(id, schema)]),
  );
}

export function schemaRef(id: string): string {
  return `#/components/schemas/${id}`;
}

/** Without a format, generators for Go choose 32 bits, which cannot hold 123,456,789. */
function addFormat({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.type === 'number') {
    jsonSchema.format = 'double';
  }
}

function addTo(id: string, schema: JsonObject): JsonObject {
  if (schema.properties === undefined) {
    return schema;
  }
  const properties = Object.entries(schema.properties as Record<string, JsonObject>);
  return {
    ...schema,
    properties: Object.fromEntries(
      properties.map(([name, property]) => [name, { ...property, ...added[`${id}.${name}`] }]),
    ),
  };
}
