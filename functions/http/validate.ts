// Checks input against a schema and says every problem at once, each with its path.
import type * as z from 'zod/mini';
import { describe } from './json-body.ts';
import type { Problem } from './refusal.ts';

/** Names that a caller made up are repeated to this length only. */
const NAME_MAX_LENGTH = 100;

export type Validated<T> = { readonly value: T; readonly problems: [] } | { readonly problems: Problem[] };

export function validate<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: Readonly<Record<string, unknown>>,
): Validated<z.output<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) {
    return { value: result.data, problems: [] };
  }
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, input)) };
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key.slice(0, NAME_MAX_LENGTH)].join('.'),
      message: 'is not a known field; leave it out',
    }));
  }
  return [{ path: path.join('.'), message: messageOf(issue, valueAt(input, path)) }];
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    return value === undefined ? 'is required' : `must be a ${issue.expected}, was ${describe(value)}`;
  }
  return issue.message;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], input);
}
