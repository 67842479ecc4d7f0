// What is measured warm, by name.

/** Each is measured in a process of its own, as each operation is a function of its own. */
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
