// The OpenAPI document: the table of routes and the published schemas, put together.
import { type Operation, type Route, routes } from '../../functions/routes.ts';
import { codeSamples } from './code-samples.ts';
import { headers } from './headers.ts';
import { operations } from './operations.ts';
import { parameters } from './parameters.ts';
import { responses } from './responses.ts';
import { type JsonObject, schemas } from './schemas.ts';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: JsonObject;
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly JsonObject[];
  readonly paths: Readonly<Record<string, JsonObject>>;
  readonly components: Readonly<Record<string, JsonObject>>;
}

const DESCRIPTION = `
Starts, lists, reads, changes, ends and deletes chat sessions with personas, and counts their turns. Messages are not kept here: they
belong to the chat engine.

**Errors** are \`{ "error": { "code", "message", "details"? } }\`. A few come from the gateway in front of the service, which knows
only \`{ "message" }\`: they are listed with each call. The status decides, with either body.

**Changes.** Fields that are listed as required stay, with their type, and are never null. New fields may be added to answers at
any time: ignore those that you do not know.
`.trim();

export function openApiDocument(): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Moonborn chat sessions',
      version: '1.0.0',
      description: DESCRIPTION,
      contact: { name: 'Moonborn', url: 'https://moonborn.co' },
      license: { name: 'LicenseRef-Proprietary', url: 'https://moonborn.co' },
    },
    servers: [
      { url: 'https://api.moonborn.co', description: 'Production' },
      { url: 'http://127.0.0.1:8787', description: 'The local stack (`npm start`)' },
    ],
    tags: [{ name: 'chat', description: 'Chat sessions.' }],
    paths: paths(),
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `sk_live_…` or `sk_test_…`.',
        },
        sessionJwt: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The session JWT of a signed-in user.',
        },
      },
      parameters,
      headers,
      schemas: schemas() as Record<string, JsonObject>,
      responses,
    },
  };
}

function paths(): Record<string, JsonObject> {
  const byPath: Record<string, Record<string, unknown>> = {};
  for (const [operation, route] of Object.entries(routes) as [Operation, Route][]) {
    const { method, path, scope } = route;
    const { description, ...rest } = operations[operation];
    byPath[path] = {
      ...byPath[path],
      [method.toLowerCase()]: {
        operationId: operation,
        tags: ['chat'],
        ...rest,
        description: `${description}\n\nNeeds the scope \`${scope}\` or \`*\`.`,
        security: [{ apiKey: [] }, { sessionJwt: [] }],
        'x-codeSamples': codeSamples(operation, route, rest),
      },
    };
  }
  return byPath;
}
