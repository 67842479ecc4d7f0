// The gateway: handles a request as an HTTP API does, from its first byte to the line in the access log.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deployment } from '../assembly/deployment.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { type AccessLog, accessLog } from './access-log.ts';
import { identityOf, readVerdict } from './authorize.ts';
import { beginExchange } from './begin-exchange.ts';
import { callFunction, exceedsLambdaLimit } from './call-function.ts';
import { isPreflight, preflightAnswer, withCors } from './cors.ts';
import { readEndpointAnswer } from './endpoint-answer.ts';
import { type ApiIdentity, authorizerEvent, endpointEvent } from './event.ts';
import type { Answer, Exchange } from './exchange.ts';
import { gatewayResponses, RefusedByGateway } from './gateway-responses.ts';
import { newRequestId } from './ids.ts';
import { readBody } from './request-body.ts';
import { routeFinder } from './routes.ts';
import { sendAnswer } from './send-answer.ts';
import { throttleOf } from './throttle.ts';

/** An access log with `$context` variables in its format. */
export interface FormattedLog {
  format: string;
  append(line: string): void;
}

export interface GatewayOptions {
  /** Honour the stage's throttle. */
  throttle: boolean;
  functionNamed(name: string): LocalFunction;
  /** Called with each line in the stage's format. */
  appendAccessLog(line: string): void;
  /** A log beside that of the stage. */
  requestLog?: FormattedLog | undefined;
  reportDefect(error: unknown): void;
}

export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** The fixed limit of API Gateway. */
const AUTHORIZER_LIMIT_MS = 10_000;

export function gatewayOf(deployment: Deployment, options: GatewayOptions): HandleRequest {
  const { api } = deployment;
  const identity = identityOfApi(deployment);
  const findRoute = routeFinder(api.routes);
  const mayPass = options.throttle ? throttleOf(api.routes) : () => true;
  const stagePrefix = api.stageName === '$default' ? '' : `/${api.stageName}`;
  const logs: AccessLog[] = [
    { format: api.accessLogFormat, append: options.appendAccessLog },
    ...(options.requestLog === undefined ? [] : [options.requestLog]),
  ].flatMap(({ format, append }) => (format === undefined ? [] : [accessLog(format, identity, append)]));

  return (request, response) => {
    void answer(request)
      .then(([exchange, answer]) => {
        const sent = sendAnswer(response, exchange?.requestId ?? newRequestId(), answer);
        if (exchange !== undefined) {
          for (const log of logs) {
            log.write(exchange, sent);
          }
        }
      })
      .catch(options.reportDefect);
  };

  async function answer(request: IncomingMessage): Promise<[Exchange | undefined, Answer]> {
    let exchange: Exchange | undefined;
    try {
      exchange = beginExchange(request);
      return [exchange, shared(exchange, await pass(exchange, request))];
    } catch (error) {
      const clientIsGone = request.errored !== null;
      if (!(error instanceof RefusedByGateway || clientIsGone)) {
        options.reportDefect(error);
      }
      const answer = error instanceof RefusedByGateway ? error.answer : gatewayResponses.failed();
      if (exchange === undefined) {
        return [exchange, answer];
      }
      exchange.errorMessage = JSON.parse(String(answer.body)).message;
      return [exchange, shared(exchange, answer)];
    }
  }

  function shared({ head }: Exchange, answer: Answer): Answer {
    return api.cors === undefined ? answer : withCors(api.cors, head, answer);
  }

  async function pass(exchange: Exchange, request: IncomingMessage): Promise<Answer> {
    const { head } = exchange;
    if (!head.encodedPath.startsWith(`${stagePrefix}/`)) {
      throw new RefusedByGateway('notFound');
    }
    const match = findRoute(head.method, head.encodedPath.slice(stagePrefix.length));
    if (match === undefined) {
      if (api.cors !== undefined && isPreflight(head)) {
        return preflightAnswer();
      }
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
    if (exceedsLambdaLimit(event)) {
      throw new RefusedByGateway('eventTooLarge');
    }
    const call = await callFunction(
      options.functionNamed(match.route.functionName),
      event,
      match.route.integrationTimeoutMs,
    );
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
    const call = await callFunction(
      options.functionNamed(authorizer.functionName),
      event,
      AUTHORIZER_LIMIT_MS,
    );
    exchange.authorizer = call;
    if (call.result === undefined) {
      throw new RefusedByGateway('failed');
    }
    exchange.authorizerContext = readVerdict(call.result);
  }
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
