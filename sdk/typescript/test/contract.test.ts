// Every operation of the API's OpenAPI document is a method, which sends and reads what the document says.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type {
  ChatSession,
  ChatSessionPage,
  EndChatSessionResponse,
  RecordChatTurnRequest,
  RecordChatTurnResponse,
  StartChatSessionRequest,
  StartChatSessionResponse,
  UpdateChatSessionRequest,
  UpdateChatSessionResponse,
} from '../src/index.ts';
import Moonborn from '../src/index.ts';
import { fakeFetch } from './fake-fetch.ts';
import { scenarios } from './scenario.ts';

type Json = Record<string, unknown>;
type Parameter = { name: string; in: string; schema: Json };
type Operation = {
  operationId: string;
  parameters: Json[];
  requestBody?: { content: { 'application/json': { schema: Json } } };
  responses: Record<string, { content?: { 'application/json': { example: Json } } }>;
};

const openapi: {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
} = JSON.parse(readFileSync(new URL('../../../docs/openapi/openapi.json', import.meta.url), 'utf8'));

// The compiler holds these to the types, and a test to the document.
type FieldsOf<Type> = Record<Exclude<keyof Type, 'id'>, true>;
const session: FieldsOf<StartChatSessionResponse & UpdateChatSessionResponse> = { session: true };
const fields: Record<string, object> = {
  Session: {
    sessionId: true,
    orgId: true,
    workspaceId: true,
    personaId: true,
    userId: true,
    title: true,
    status: true,
    messageCount: true,
    inputTokens: true,
    outputTokens: true,
    costUsdMicros: true,
    startedAt: true,
    lastActiveAt: true,
    endedAt: true,
    metadata: true,
  } satisfies FieldsOf<ChatSession>,
  SessionPage: { items: true, nextCursor: true } satisfies FieldsOf<ChatSessionPage>,
  StartChatSessionRequest: {
    personaId: true,
    title: true,
    metadata: true,
  } satisfies FieldsOf<StartChatSessionRequest>,
  StartedSession: session,
  RecordChatTurnRequest: {
    turn: true,
    messages: true,
    inputTokens: true,
    outputTokens: true,
    costUsdMicros: true,
  } satisfies FieldsOf<RecordChatTurnRequest>,
  RecordedTurn: { session: true, alreadyRecorded: true } satisfies FieldsOf<RecordChatTurnResponse>,
  UpdateChatSessionRequest: {
    title: true,
    metadata: true,
    archived: true,
  } satisfies FieldsOf<UpdateChatSessionRequest>,
  UpdatedSession: session,
  EndedSession: { session: true, alreadyEnded: true } satisfies FieldsOf<EndChatSessionResponse>,
};

const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);
const ids = operations.map(({ operationId }) => operationId).sort();

test('every operation is a method, and has a scenario', () => {
  const { chat } = new Moonborn({ apiKey: 'sk_test_0123456789' });
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(chat));
  expect(methods.filter((name) => name !== 'constructor').sort()).toEqual(ids);
  expect([...new Set(scenarios.map(({ call }) => call.operationId))].sort()).toEqual(ids);
});

test('the types have the fields of the document', () => {
  const schemas = Object.entries(openapi.components.schemas).filter(
    ([name, { properties }]) => properties && !name.endsWith('Error') && name !== 'ErrorEnvelope',
  );
  const names = (all: object) => Object.keys(all).sort();
  expect(Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, names(of)]))).toEqual(
    Object.fromEntries(schemas.map(([name, { properties }]) => [name, names(properties as Json)])),
  );
});

describe.each(operations)('$operationId', ({ operationId, path, method, ...operation }) => {
  const parameters = operation.parameters.map((parameter) => resolved(parameter) as Parameter);
  const query = valuesOf(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one.schema]));
  const schema = operation.requestBody && resolved(operation.requestBody.content['application/json'].schema);
  const body = schema && valuesOf(Object.entries(schema.properties as Record<string, Json>));
  const [status, answer] = Object.entries(operation.responses).find(([name]) => /^2/.test(name)) ?? [];
  const example = answer?.content?.['application/json'].example;

  test('sends and reads what the document says', async () => {
    const { fetch, asked } = fakeFetch(
      () => new Response(example && JSON.stringify(example), { status: Number(status) }),
    );
    const chat = new Moonborn({ apiKey: 'sk_test_0123456789', fetch }).chat as unknown as Record<
      string,
      (given: Json) => Promise<unknown>
    >;
    const inPath = path.includes('{id}') ? { id: 'the id' } : {};
    const result = await chat[operationId]?.({ ...inPath, ...query, ...body });

    const [request] = asked;
    const url = new URL(request?.url ?? '');
    expect([request?.method, url.pathname]).toEqual([method.toUpperCase(), path.replace('{id}', 'the%20id')]);
    expect(Object.fromEntries(url.searchParams)).toEqual(
      Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
    );
    expect(request?.body && JSON.parse(request.body)).toEqual(body);
    expect(result).toEqual(example);
  });
});

function resolved(part: Json): Json {
  const names = (part.$ref as string | undefined)?.split('/').slice(1);
  return names ? names.reduce((found: Json, name) => found[name] as Json, openapi) : part;
}

// A value for each that its schema allows and that is not empty.
function valuesOf(schemas: [name: string, schema: Json][]): Json {
  return Object.fromEntries(schemas.map(([name, schema]) => [name, valueFor(resolved(schema))]));
}

function valueFor({ type, enum: values = ['text'] }: { type?: unknown; enum?: unknown[] }): unknown {
  return { string: values[0], integer: 7, boolean: true, object: { topic: 'travel' } }[type as string];
}
