// Access log lines in the stage's format, with the `$context` variables filled in.
import { type ApiIdentity, commonLogTime } from './event.ts';
import type { Answer, Exchange } from './exchange.ts';

export interface AccessLog {
  write(exchange: Exchange, answer: Answer): void;
}

type Variable = (exchange: Exchange, answer: Answer) => string | number | undefined;

export function accessLog(format: string, api: ApiIdentity, append: (line: string) => void): AccessLog {
  const parts = format.split(/(\$context\.[A-Za-z0-9_.]+)/).map((part) => {
    return part.startsWith('$context.') ? variable(part.slice('$context.'.length), api) : part;
  });
  return {
    write(exchange, answer) {
      append(parts.map((part) => (typeof part === 'string' ? part : fill(part(exchange, answer)))).join(''));
    },
  };
}

/** A missing value is written as a dash, even where the format expects a number. */
function fill(value: string | number | undefined): string {
  return value === undefined ? '-' : JSON.stringify(String(value)).slice(1, -1);
}

function variable(name: string, api: ApiIdentity): Variable {
  const known = VARIABLES[name];
  if (known !== undefined) {
    return known;
  }
  const constant = {
    accountId: api.accountId,
    apiId: api.apiId,
    domainName: api.domainName,
    stage: api.stageName,
  }[name];
  if (constant !== undefined) {
    return () => constant;
  }
  const [, property] = /^authorizer\.(.+)$/.exec(name) ?? [];
  if (property === undefined) {
    return () => undefined;
  }
  return ({ authorizerContext }) => {
    const value = authorizerContext?.[property];
    return value === undefined ? undefined : String(value);
  };
}

const VARIABLES: Record<string, Variable> = {
  requestId: ({ requestId }) => requestId,
  extendedRequestId: ({ requestId }) => requestId,
  requestTime: ({ receivedAt }) => commonLogTime(receivedAt),
  requestTimeEpoch: ({ receivedAt }) => receivedAt.getTime(),
  httpMethod: ({ head }) => head.method,
  path: ({ head }) => head.rawPath,
  protocol: ({ head }) => head.protocol,
  routeKey: ({ route }) => route?.key,
  status: (_exchange, { status }) => status,
  responseLength: (_exchange, { body }) => Buffer.byteLength(body),
  responseLatency: ({ startedAtMs }) => Math.round(performance.now() - startedAtMs),
  'identity.sourceIp': ({ sourceIp }) => sourceIp,
  'identity.userAgent': ({ head }) => head.headers['user-agent'],
  'error.message': ({ errorMessage }) => errorMessage,
  'error.messageString': ({ errorMessage }) => errorMessage && JSON.stringify(errorMessage),
  'authorizer.error': ({ authorizer }) => authorizer?.error,
  'authorizer.latency': ({ authorizer }) => authorizer && Math.round(authorizer.latencyMs),
  'authorizer.integrationLatency': ({ authorizer }) => authorizer && Math.round(authorizer.latencyMs),
  'authorizer.requestId': ({ authorizer }) => authorizer?.requestId,
  'authorizer.status': ({ authorizer }) => authorizer?.status,
  'authorizer.integrationStatus': ({ authorizer }) => authorizer?.status,
  integrationErrorMessage: ({ integration }) => integration?.error,
  integrationLatency: ({ integration }) => integration && Math.round(integration.latencyMs),
  integrationStatus: ({ integration }) => integration?.status,
  'integration.error': ({ integration }) => integration?.error,
  'integration.integrationStatus': ({ integration }, { status }) => integration && status,
  'integration.latency': ({ integration }) => integration && Math.round(integration.latencyMs),
  'integration.requestId': ({ integration }) => integration?.requestId,
  'integration.status': ({ integration }) => integration?.status,
};
