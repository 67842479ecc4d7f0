// The events of payload format 2.0 for endpoints and authorizers.
// Missing values are absent from an event, not null: `undefined` is left out of JSON.
import type { Exchange } from './exchange.ts';
import type { RequestBody } from './request-body.ts';

/** The values of an event that are the same for every request to an API. */
export interface ApiIdentity {
  accountId: string;
  apiId: string;
  domainName: string;
  region: string;
  stageName: string;
  stageVariables: Record<string, string> | undefined;
}

export function endpointEvent(
  api: ApiIdentity,
  exchange: Exchange,
  { body, isBase64Encoded }: RequestBody,
): string {
  const { authorizerContext, route } = exchange;
  const authorizer = route?.authorizer === undefined ? undefined : { lambda: authorizerContext ?? {} };
  return JSON.stringify({
    version: '2.0',
    ...requestFields(api, exchange),
    requestContext: requestContext(api, exchange, authorizer),
    body,
    isBase64Encoded,
  });
}

export function authorizerEvent(
  api: ApiIdentity,
  exchange: Exchange,
  identitySource: string[] | undefined,
): string {
  const { method, rawPath } = exchange.head;
  return JSON.stringify({
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stageName}/${method}${rawPath}`,
    identitySource,
    ...requestFields(api, exchange),
    requestContext: requestContext(api, exchange, undefined),
  });
}

function requestFields(api: ApiIdentity, { head, route, pathParameters }: Exchange) {
  return {
    routeKey: route?.key,
    rawPath: head.rawPath,
    rawQueryString: head.rawQueryString,
    cookies: head.cookies,
    headers: head.headers,
    queryStringParameters: head.queryStringParameters,
    pathParameters,
    stageVariables: api.stageVariables,
  };
}

function requestContext(api: ApiIdentity, exchange: Exchange, authorizer: object | undefined) {
  const { head, route, receivedAt } = exchange;
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    authorizer,
    domainName: api.domainName,
    domainPrefix: api.apiId,
    http: {
      method: head.method,
      path: head.rawPath,
      protocol: head.protocol,
      sourceIp: exchange.sourceIp,
      userAgent: head.headers['user-agent'] ?? '',
    },
    requestId: exchange.requestId,
    routeKey: route?.key,
    stage: api.stageName,
    time: commonLogTime(receivedAt),
    timeEpoch: receivedAt.getTime(),
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000` */
export function commonLogTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}
