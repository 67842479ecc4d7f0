// The names of the warm cases.

/** Each is measured in a separate process, as each operation is a separate function. */
export const CASE_NAMES = [
  'start',
  'start, UUIDv7',
  'start, persona remembered',
  'get',
  'list, 20',
  'list of a user, 20',
  'update',
  'turn',
  'end',
  'delete',
  'authorize, API key',
  'authorize, API key remembered',
  'authorize, session JWT',
] as const;

export type CaseName = (typeof CASE_NAMES)[number];
