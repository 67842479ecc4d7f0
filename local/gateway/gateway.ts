// The gateway: takes a request the way an HTTP API does, from its first byte to the line in the access log.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deployment } from '../assembly/deployment.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { type AccessLog, accessLog } from './access-log.ts';
import { identityOf, readVerdict } from './authorize.ts';
import { preflightAnswer, withCors } from './cors.ts';
import { readEndpointAnswer } from './endpoint-answer.ts';
import { type ApiIdentity, authorizerEvent, endpointEvent } from './event.ts';
import type { Answer, Call, Exchange } from './exchange.ts';
import { newRequestId, newTraceId } from './ids.ts';
import { ownAnswers, RefusedByGateway } from './own-answers.ts';
import { readBody } from './request-body.ts';
import { readHead } from './request-head.ts';
import { routeFinder } from './routes.ts';
import { throttleOf } from './throttle.ts';

export interface GatewayOptions {
  /** Honour the stage's throttle. */
  throttle: boolean;
  functionNamed(name: string): LocalFunction;
  appendAccessLog(line: string): void;
  reportDefect(error: unknown): void;
}

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** No setting can give an authorizer more. */
const AUTHORIZER_LIMIT_MS = 10_000;
/** What Lambda takes as an event, in bytes of JSON. */
const LARGEST_EVENT_BYTES = 6_291_456;

export function gatewayOf(deployment: Deployment, options: GatewayOptions): HandleRequest {
  const { api } = deployment;
  const identity = identityOfApi(deployment);
  const findRoute = routeFinder(api.routes);
  const mayPass = options.throttle ? throttleOf(api.routes) : () => true;
  const stagePrefix = api.stageName === '$default' ? '' : `/${api.stageName}`;
  const log: AccessLog | undefined =
    api.accessLogFormat === undefined
      ? undefined
      : accessLog(api.accessLogFormat, identity, options.appendAccessLog);

  return (request, response) => {
    void answer(request)
      .then(([exchange, answer]) => {
        const sent = send(response, exchange?.requestId ?? newRequestId(), answer);
        if (exchange !== undefined) {
          log?.write(exchange, sent);
        }
      })
      .catch(options.reportDefect);
  };

  async function answer(request: IncomingMessage): Promise<[Exchange | undefined, Answer]> {
    let exchange: Exchange | undefined;
    try {
      exchange = begin(request);
      const preflight = api.cors && preflightAnswer(api.cors, exchange.head);
      return [exchange, preflight ?? shared(exchange, await pass(exchange, request))];
    } catch (error) {
      const clientIsGone = request.errored !== null;
      if (!(error instanceof RefusedByGateway || clientIsGone)) {
        options.reportDefect(error);
      }
      const answer = error instanceof RefusedByGateway ? error.answer : ownAnswers.failed();
      if (exchange === undefined) {
        return [exchange, answer];
      }
      exchange.errorMessage = JSON.parse(String(answer.body)).message;
      return [exchange, shared(exchange, answer)];
    }
  }

  function shared({ head }: Exchange, answer: Answer): Answer {
    return api.cors === undefined ? answer : withCors(api.cors, head.headers.origin, answer);
  }

  function begin(request: IncomingMessage): Exchange {
    const head = readHead(request);
    const sourceIp = request.socket.remoteAddress ?? '';
    addForwardingHeaders(head.headers, sourceIp, request.socket.localPort);
    return {
      requestId: newRequestId(),
      receivedAt: new Date(),
      startedAtMs: performance.now(),
      sourceIp,
      head,
      route: undefined,
      pathParameters: undefined,
      authorizer: undefined,
      authorizerContext: undefined,
      integration: undefined,
      errorMessage: undefined,
    };
  }

  async function pass(exchange: Exchange, request: IncomingMessage): Promise<Answer> {
    const { head } = exchange;
    if (!head.encodedPath.startsWith(stagePrefix)) {
      throw new RefusedByGateway('notFound');
    }
    const match = findRoute(head.method, head.encodedPath.slice(stagePrefix.length));
    if (match === undefined) {
      throw new RefusedByGateway('notFound');
    }
    exchange.route = match.route;
    exchange.pathParameters = match.pathParameters;
    if (!mayPass(match.route)) {
      throw new RefusedByGateway('throttled');
    }
    const body = await readBody(request, head.headers['content-type']);
    await authorize(exchange);
    const event = endpointEvent(identity, exchange, body);
    if (isLargerThanLambdaTakes(event)) {
      throw new RefusedByGateway('eventTooLarge');
    }
    const call = await invoke(match.route.functionName, event, match.route.integrationTimeoutMs);
    exchange.integration = call;
    if (call.timedOut) {
      throw new RefusedByGateway('unavailable');
    }
    if (call.result === undefined) {
      throw new RefusedByGateway('failed');
    }
    return readEndpointAnswer(call.result);
  }

  async function authorize(exchange: Exchange): Promise<void> {
    const authorizer = exchange.route?.authorizer;
    if (authorizer === undefined) {
      return;
    }
    const event = authorizerEvent(identity, exchange, identityOf(authorizer, exchange));
    const call = await invoke(authorizer.functionName, event, AUTHORIZER_LIMIT_MS);
    exchange.authorizer = call;
    if (call.result === undefined) {
      throw new RefusedByGateway('failed');
    }
    exchange.authorizerContext = readVerdict(call.result);
  }

  async function invoke(functionName: string, event: string, limitMs: number): Promise<Invocation> {
    const startedAtMs = performance.now();
    let limit: NodeJS.Timeout | undefined;
    const overrun = new Promise<'overrun'>((done) => {
      limit = setTimeout(done, limitMs, 'overrun');
    });
    const ended = await Promise.race([options.functionNamed(functionName).invoke(event), overrun]);
    clearTimeout(limit);
    const latencyMs = performance.now() - startedAtMs;
    if (ended === 'overrun') {
      const error = `No answer within ${limitMs} ms`;
      return { requestId: '-', latencyMs, status: 504, error, result: undefined, timedOut: true };
    }
    const { requestId, outcome } = ended;
    return 'result' in outcome
      ? { requestId, latencyMs, status: 200, error: undefined, result: outcome.result, timedOut: false }
      : {
          requestId,
          latencyMs,
          status: 200,
          error: describe(outcome.failure),
          result: undefined,
          timedOut: false,
        };
  }
}

interface Invocation extends Call {
  result: string | undefined;
  timedOut: boolean;
}

function describe({ errorType, errorMessage }: { errorType: string; errorMessage: string }): string {
  return `${errorType}: ${errorMessage}`;
}

function identityOfApi({ accountId, region, api }: Deployment): ApiIdentity {
  return {
    accountId,
    region,
    apiId: api.id,
    domainName: `${api.id}.execute-api.${region}.amazonaws.com`,
    stageName: api.stageName,
    stageVariables: api.stageVariables,
  };
}

function addForwardingHeaders(
  headers: Record<string, string>,
  sourceIp: string,
  port: number | undefined,
): void {
  const earlier = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = earlier === undefined ? sourceIp : `${earlier}, ${sourceIp}`;
  headers['x-forwarded-port'] = String(port ?? '');
  headers['x-forwarded-proto'] = 'http';
  headers['x-amzn-trace-id'] ??= newTraceId();
}

function isLargerThanLambdaTakes(event: string): boolean {
  return event.length * 3 > LARGEST_EVENT_BYTES && Buffer.byteLength(event) > LARGEST_EVENT_BYTES;
}

/** Returns what was sent: headers that no HTTP answer can carry are the function's failure. */
function send(response: ServerResponse, requestId: string, answer: Answer): Answer {
  try {
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.cookies.length > 0 ? { 'set-cookie': answer.cookies } : {}),
      ...(hasNoBody(answer.status) ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
      'apigw-requestid': requestId,
    });
  } catch {
    return send(response, requestId, ownAnswers.failed());
  }
  response.end(hasNoBody(answer.status) ? undefined : answer.body);
  return answer;
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
