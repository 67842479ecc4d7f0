// The input and the result of a Lambda authorizer, with the errors of API Gateway.
import type { Authorizer } from '../assembly/deployment.ts';
import type { Exchange, RequestHead } from './exchange.ts';
import { RefusedByGateway } from './gateway-responses.ts';

/** @returns the identity sources of the request; without one of them, the authorizer is not invoked. */
export function identityOf(authorizer: Authorizer, { head, route }: Exchange): string[] | undefined {
  if (authorizer.identitySources.length === 0) {
    return undefined;
  }
  return authorizer.identitySources.map((source) => {
    const value = source === '$context.routeKey' ? route?.key : sourceValue(source, head);
    if (!value) {
      throw new RefusedByGateway('unauthorized');
    }
    return value;
  });
}

/** @returns the authorizer context for the endpoint. A denial or a malformed result is an error. */
export function readVerdict(result: string): Record<string, unknown> {
  const verdict = parseObject(result);
  if (verdict === undefined || typeof verdict.isAuthorized !== 'boolean') {
    throw new RefusedByGateway('failed');
  }
  const context = verdict.context ?? {};
  if (!isObject(context)) {
    throw new RefusedByGateway('failed');
  }
  if (!verdict.isAuthorized) {
    throw new RefusedByGateway('forbidden');
  }
  return context;
}

function sourceValue(source: string, head: RequestHead): string | undefined {
  const [, kind, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'header') {
    return head.headers[name.toLowerCase()];
  }
  if (kind === 'querystring') {
    return head.queryStringParameters?.[name];
  }
  throw new Error(`The local stack does not know the identity source ${source}.`);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
