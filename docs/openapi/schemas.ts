// The schemas of requests and responses, generated from the zod schemas that the service itself is checked with.
import * as z from 'zod/mini';
import {
  METADATA_KEY_MAX_LENGTH,
  METADATA_MAX_BYTES,
  METADATA_MAX_PAIRS,
  METADATA_VALUE_MAX_LENGTH,
  TITLE_MAX_CODE_POINTS,
} from '../../functions/sessions/fields.ts';
import {
  AnyError,
  EndedSession,
  ErrorEnvelope,
  GatewayError,
  RecordedTurn,
  Session,
  SessionPage,
  SessionStatus,
  StartedSession,
  UpdatedSession,
} from '../../functions/sessions/responses.ts';
import { startFields } from '../../functions/sessions/start-request.ts';
import {
  TURN_COST_MAX_USD_MICROS,
  TURN_MAX,
  TURN_MESSAGES_MAX,
  TURN_TOKENS_MAX,
  turnFields,
} from '../../functions/sessions/turn-request.ts';
import { updateFields } from '../../functions/sessions/update-request.ts';
import { personaId, startedSession } from './examples.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const published = {
  StartChatSessionRequest: z.strictObject(startFields),
  UpdateChatSessionRequest: z.strictObject(updateFields),
  RecordChatTurnRequest: z.strictObject(turnFields),
  Session,
  SessionStatus,
  StartedSession,
  SessionPage,
  EndedSession,
  UpdatedSession,
  RecordedTurn,
  ErrorEnvelope,
  GatewayError,
  AnyError,
};

const title = { minLength: 1, maxLength: TITLE_MAX_CODE_POINTS, pattern: '\\S' };

const metadata = {
  type: 'object',
  maxProperties: METADATA_MAX_PAIRS,
  propertyNames: { minLength: 1, maxLength: METADATA_KEY_MAX_LENGTH },
  additionalProperties: { type: 'string', maxLength: METADATA_VALUE_MAX_LENGTH },
  examples: [{ topic: 'travel' }],
};

const METADATA_IN_WORDS = `Pairs of your own, up to ${METADATA_MAX_PAIRS} and ${METADATA_MAX_BYTES.toLocaleString('en-US')} bytes together.`;

/** What the checks inside a schema mean, which no generator can read from their code, and what only prose can say. */
const added: Readonly<Record<string, JsonObject>> = {
  'StartChatSessionRequest.personaId': {
    description: 'The persona of the path, once more.',
    examples: [personaId],
  },
  'StartChatSessionRequest.title': {
    description:
      'White space at both ends is cut off. Without a title, the session is called `Chat with <persona name>`.',
    ...title,
    examples: ['Plans for the weekend'],
  },
  'StartChatSessionRequest.metadata': { description: METADATA_IN_WORDS, ...metadata },
  'UpdateChatSessionRequest.title': {
    description: 'White space at both ends is cut off.',
    ...title,
    examples: ['Plans for the holidays'],
  },
  'UpdateChatSessionRequest.metadata': {
    description: `${METADATA_IN_WORDS} Replaces all that the session has.`,
    ...metadata,
  },
  'UpdateChatSessionRequest.archived': {
    description: '`true` archives the session, `false` gives back the status that it had.',
  },
  'RecordChatTurnRequest.turn': wholeNumber('The number of the turn: 1, 2, 3 …, without a gap.', 1, TURN_MAX),
  'RecordChatTurnRequest.messages': wholeNumber('Messages of this turn.', 0, TURN_MESSAGES_MAX),
  'RecordChatTurnRequest.inputTokens': wholeNumber('Tokens read in this turn.', 0, TURN_TOKENS_MAX),
  'RecordChatTurnRequest.outputTokens': wholeNumber('Tokens written in this turn.', 0, TURN_TOKENS_MAX),
  'RecordChatTurnRequest.costUsdMicros': wholeNumber(
    'Cost of this turn, in millionths of a US dollar.',
    0,
    TURN_COST_MAX_USD_MICROS,
  ),
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
  const generated = z.toJSONSchema(registry, {
    io: 'input',
    uri: schemaRef,
    override: addFormat,
    // Metadata is checked by a function, and described above.
    unrepresentable: 'any',
  });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $schema, $id, ...schema }]) => [
      id,
      { ...addTo(id, schema), ...(id === 'UpdateChatSessionRequest' && { minProperties: 1 }) },
    ]),
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

function wholeNumber(description: string, minimum: number, maximum: number): JsonObject {
  return { description, type: 'integer', format: 'int64', minimum, maximum };
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
