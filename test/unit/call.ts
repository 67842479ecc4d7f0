// A call as the gateway hands it to a function, with the authorizer's verdict in it.
import type { Context } from 'aws-lambda';
import type { Event } from '../../functions/http/call.ts';

export const REQUEST_ID = 'request-1';

/** The context of a caller who is known and holds every scope. */
export const KNOWN_CALLER = {
  authn: 'ok',
  orgId: 'org_1',
  workspaceId: 'ws_1',
  userId: 'usr_1',
  scopes: '*',
  credential: 'api_key',
};

export interface CallParts {
  readonly verdict?: unknown;
  readonly method?: string;
  readonly path?: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export function call({ method = 'GET', path = '/', ...parts }: CallParts = {}): Event {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: parts.headers ?? {},
    isBase64Encoded: parts.isBase64Encoded ?? false,
    ...(parts.body === undefined ? {} : { body: parts.body }),
    ...(parts.pathParameters === undefined ? {} : { pathParameters: parts.pathParameters }),
    ...(parts.query === undefined ? {} : { queryStringParameters: parts.query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      stage: '$default',
      requestId: REQUEST_ID,
      routeKey: `${method} ${path}`,
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 1_767_225_600_000,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      authorizer: { lambda: 'verdict' in parts ? parts.verdict : KNOWN_CALLER },
    },
  } as Event;
}

/** Its time stands still, so that a slow machine has as much of it as a fast one. */
export function lambdaContext(remainingMs = 10_000): Context {
  return { getRemainingTimeInMillis: () => remainingMs } as Context;
}

type Handler = (event: Event, context: Context) => Promise<unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the body.
  readonly body: any;
}

export async function invoke(
  handler: unknown,
  event: Event,
  context: Context = lambdaContext(),
): Promise<Answer> {
  const response = (await (handler as Handler)(event, context)) as {
    statusCode: number;
    headers: Record<string, string>;
    body?: string;
  };
  const { statusCode: status, headers, body: text } = response;
  return { status, headers, text, body: text === undefined ? undefined : JSON.parse(text) };
}
