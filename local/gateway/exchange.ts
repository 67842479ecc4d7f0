// One request and what became of it, as the gateway's steps hand it on.
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
  /** What the authorizer tells the endpoint. */
  authorizerContext: Record<string, unknown> | undefined;
  integration: Call | undefined;
  /** The gateway's own message, when it answered itself. */
  errorMessage: string | undefined;
}

/** In the shape in which an HTTP API hands it to a function. */
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

/** The invocation of a function on behalf of a request. */
export interface Call {
  requestId: string;
  latencyMs: number;
  status: number;
  error: string | undefined;
}

/** What the client is sent. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string | Buffer;
}
