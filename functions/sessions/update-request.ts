// The request that changes a session, as published.
import * as z from 'zod/mini';
import { readJsonObject, validate } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { validationFailed } from '../http/refusal.ts';
import { MetadataField, Title } from './fields.ts';
import type { SessionChanges } from './update.ts';

export const updateFields = {
  title: z.optional(Title),
  metadata: z.optional(MetadataField),
  archived: z.optional(z.boolean()),
};

/** @throws Refusal `validation_failed`, also for a body that changes nothing. */
export function readUpdateRequest({ event }: Call): SessionChanges {
  const body = readJsonObject(event);
  const request = validate(updateFields, body);
  if (!('values' in request)) {
    throw validationFailed(request.problems);
  }
  if (Object.keys(body).length === 0) {
    throw validationFailed([
      { path: 'body', message: 'must change something; give title, metadata or archived' },
    ]);
  }
  return request.values;
}
