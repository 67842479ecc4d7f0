// The paths measured from a cold start: a successful call of each function, and the authorizer with each kind of credential.
import { authorizer, type Operation, routes, unknownRoute } from '../../functions/routes.ts';
import type { LambdaFunction } from '../../local/assembly/deployment.ts';
import { authorizerEvent, eventFor } from '../calls.ts';
import { authorizerOf, type Deployed, functionOfRoute } from '../deployed.ts';

export interface ColdPath {
  readonly name: string;
  /** The file in `functions/`. */
  readonly entry: string;
  /** The entry of the build with the SDK, relative to `functions/`: the same one, unless that would not load the SDK. */
  readonly entryLoadingSdk: string;
  readonly lambda: LambdaFunction;
  /** Environment variables that differ from those of the measured configuration. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly event: object;
  readonly isGood: (answer: unknown) => boolean;
}

const AUTHORIZER_LOADING_SDK = '../bench/baselines/authorize-with-sdk.ts';

export function coldPaths({ deployment, apiKey, sessionJwt }: Deployed): ColdPath[] {
  const authorizing = (name: string, entryLoadingSdk: string, token: string): ColdPath => ({
    name,
    entry: authorizer.entry,
    entryLoadingSdk,
    lambda: authorizerOf(deployment),
    event: authorizerEvent(token),
    isGood: (answer) => (answer as { context?: { authn?: string } } | undefined)?.context?.authn === 'ok',
  });
  return [
    ...Object.entries(routes).map(([operation, { entry, method, path }]) => ({
      name: operation,
      entry,
      entryLoadingSdk: entry,
      lambda: functionOfRoute(deployment, `${method} ${path}`),
      ...(operation === 'listChatSessions' && { variables: { SESSIONS_BY_USER: 'true' } }),
      event: eventFor(operation as Operation),
      isGood: hasStatus(200, 201, 204),
    })),
    authorizing('authorizer, API key', authorizer.entry, apiKey),
    authorizing('authorizer, session JWT', AUTHORIZER_LOADING_SDK, sessionJwt),
    {
      name: 'unknown route',
      entry: unknownRoute.entry,
      entryLoadingSdk: unknownRoute.entry,
      lambda: functionOfRoute(deployment, '$default'),
      event: eventFor('getChatSession'),
      isGood: hasStatus(404),
    },
  ];
}

export function hasStatus(...good: readonly number[]) {
  return (answer: unknown): boolean =>
    good.includes((answer as { statusCode?: number } | undefined)?.statusCode ?? 0);
}
