// What is measured from a cold start: each function with a good call, the authorizer with either credential.

import { authorizer, routes, unknownRoute } from '../../functions/routes.ts';
import type { LambdaFunction } from '../../local/assembly/deployment.ts';
import {
  authorizerEvent,
  type DatabaseCall,
  databaseCalls,
  eventFor,
  type Operation,
  readApiKey,
} from '../calls.ts';
import { authorizerOf, type Deployed, functionOfRoute } from '../deployed.ts';
import { AUTHORIZER_WITH_SDK } from './builds.ts';

export interface ColdPath {
  readonly name: string;
  /** The file that is built by the defaults, from `functions/`. */
  readonly entry: string;
  readonly lambda: LambdaFunction;
  readonly event: object;
  readonly databaseCalls: readonly DatabaseCall[];
  readonly isGood: (answer: unknown) => boolean;
}

export function coldPaths({ deployment, apiKey, sessionJwt }: Deployed): ColdPath[] {
  const judge = authorizerOf(deployment);
  const judging = (name: string, entry: string, token: string, calls: readonly DatabaseCall[]): ColdPath => ({
    name,
    entry,
    lambda: judge,
    event: authorizerEvent(token),
    databaseCalls: calls,
    isGood: (answer) => (answer as { context?: { authn?: string } } | undefined)?.context?.authn === 'ok',
  });
  return [
    ...Object.entries(routes).map(([operation, { entry, method, path }]) => ({
      name: operation,
      entry,
      lambda: functionOfRoute(deployment, `${method} ${path}`),
      event: eventFor(operation as Operation),
      databaseCalls: databaseCalls[operation as Operation],
      isGood: hasStatus(200, 201, 204),
    })),
    judging('authorizer, API key', authorizer.entry, apiKey, [readApiKey(apiKey)]),
    judging('authorizer, session JWT', AUTHORIZER_WITH_SDK, sessionJwt, []),
    {
      name: 'unknown route',
      entry: unknownRoute.entry,
      lambda: functionOfRoute(deployment, '$default'),
      event: eventFor('getChatSession'),
      databaseCalls: [],
      isGood: hasStatus(404),
    },
  ];
}

export function hasStatus(...statuses: number[]) {
  return (answer: unknown) =>
    statuses.includes((answer as { statusCode?: number } | undefined)?.statusCode ?? 0);
}
