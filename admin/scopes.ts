// The scopes of API keys, with their descriptions.
import type { Route } from '../functions/routes.ts';

export type Scope = Route['scope'] | '*';

export const SCOPES: Readonly<Record<Scope, string>> = {
  'write:chat': 'start, end and delete chat sessions',
  'read:chat': 'list and read chat sessions',
  '*': 'everything',
};
