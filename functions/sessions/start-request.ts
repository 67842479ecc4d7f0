// The request that starts a session, as published.
import * as z from 'zod/mini';
import { isOpaqueId } from '../dynamodb/item.ts';
import { readJsonObject, validate } from '../http/body.ts';
import type { Call, Event } from '../http/call.ts';
import { notFound, type Problem, validationFailed } from '../http/refusal.ts';
import { MetadataField, Title } from './fields.ts';
import { type IdempotencyKey, parseIdempotencyKey } from './idempotency-key.ts';
import type { StartIntent } from './start.ts';

export const startFields = {
  personaId: z.string(),
  title: z.optional(Title),
  metadata: z.optional(MetadataField),
};

/**
 * @throws Refusal `validation_failed` with every problem of the body and of the header at once, and `not_found` for a
 * malformed persona id.
 */
export function readStartRequest({ event, principal, nowMs }: Call): StartIntent {
  const personaId = event.pathParameters?.id ?? '';
  const body = readJsonObject(event);
  const request = validate(startFields, body);
  const key = readIdempotencyKey(event, nowMs);
  const problems: Problem[] = [
    ...request.problems,
    ...differentPersona(body.personaId, personaId),
    ...key.problems,
  ];
  if (!('values' in request) || problems.length > 0) {
    throw validationFailed(problems);
  }
  if (!isOpaqueId(personaId)) {
    throw notFound('Persona');
  }
  const { orgId, workspaceId, userId } = principal;
  const scope = { orgId, workspaceId, userId, personaId };
  const { title, metadata } = request.values;
  return { scope, title, metadata, key: key.value };
}

function differentPersona(inBody: unknown, inPath: string): Problem[] {
  return typeof inBody !== 'string' || inBody === inPath
    ? []
    : [
        {
          path: 'personaId',
          message: `must be the persona of the path, ${quote(inPath)}, was ${quote(inBody)}`,
        },
      ];
}

function readIdempotencyKey(
  { headers }: Event,
  nowMs: number,
): { value?: IdempotencyKey; problems: Problem[] } {
  const header = headers['idempotency-key'];
  if (header === undefined) {
    return { problems: [] };
  }
  const parsed = parseIdempotencyKey(header, nowMs);
  return 'key' in parsed
    ? { value: parsed.key, problems: [] }
    : { problems: [{ path: 'Idempotency-Key', message: parsed.problem }] };
}

function quote(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}
