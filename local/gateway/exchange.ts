// One request and its results so far, as the steps of the gateway pass it on.
import type { Route } from '../assembly/deployment.ts';

export interface Exchange {
  requestId: string;
  receivedAt: Date;
  startedAtMs: number;
  sourceIp: string;
  head: RequestHead;
  route: Route | undefined;
  pathParameters: Record<string, string> | undefined;
  authorizer: Call | undefined;
  /** The values that the authorizer passes to the endpoint. */
  authorizerContext: Record<string, unknown> | undefined;
  integration: Call | undefined;
  /** The message of a gateway response. */
  errorMessage: string | undefined;
}

/** In the form in which an HTTP API passes it to a function. */
export interface RequestHead {
  method: string;
  protocol: string;
  /** The path as sent; routes are matched against it segment by segment. */
  encodedPath: string;
  /** The path with every percent escape decoded. */
  rawPath: string;
  rawQueryString: string;
  queryStringParameters: Record<string, string> | undefined;
  headers: Record<string, string>;
  cookies: string[] | undefined;
}

/** The invocation of a function for a request. */
export interface Call {
  requestId: string;
  latencyMs: number;
  status: number;
  error: string | undefined;
}

/** The answer to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string | Buffer;
}
