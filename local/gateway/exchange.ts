// One request and what became of it, as the gateway's steps hand it on.
import type { Route } from '../assembly/deployment.ts';
import type { RequestHead } from './request-head.ts';

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
