// The HTTP API: every route behind the same authorizer, throttled, with an access log.
import { Aws, Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, LogGroupClass } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { answerHeaders } from '../functions/headers.ts';
import { preflightRoute, type Route } from '../functions/routes.ts';
import type { Config } from './config.ts';
import { CustomDomain } from './custom-domain.ts';
import type { LogRetention } from './log-retention.ts';

export interface ChatApiProps {
  readonly name: string;
  readonly description: string;
  readonly authorizer: Alias;
  readonly routes: readonly {
    readonly operation: string;
    readonly method: Route['method'];
    readonly path: string;
    readonly handler: Alias;
  }[];
  /** Answers every path and method without a route. */
  readonly unknownRoute: Alias;
  /** The web pages that may call, and the function that answers their preflights; `undefined` for none. */
  readonly webPages: { readonly cors: Config['cors']; readonly preflight: Alias } | undefined;
  readonly throttle: Config['throttle'];
  readonly domain: Config['domain'];
  readonly accessLog: Config['accessLog'];
  readonly logRetention: LogRetention;
}

/** A line for every call, including those that reach no function. CloudWatch charges by its length. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  authn: '$context.authorizer.authn',
  orgId: '$context.authorizer.orgId',
};

/** Personal data, which tells a flood from one caller from a flood from many. The names are short, since CloudWatch charges by length. */
const CALLER = {
  ip: '$context.identity.sourceIp',
  agent: '$context.identity.userAgent',
};

/** Tells which callers still use the generated address, while it is kept beside the custom domain. */
const ADDRESS = { domain: '$context.domainName' };

export class ChatApi extends Construct {
  readonly api: HttpApi;
  readonly domain: CustomDomain | undefined;
  readonly accessLogs: LogGroup;

  constructor(scope: Construct, id: string, props: ChatApiProps) {
    super(scope, id);
    const authorizer = new HttpLambdaAuthorizer('Authorizer', props.authorizer as IFunction, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // With an identity source, API Gateway would answer a missing header itself, without our envelope.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: props.name,
      description: props.description,
      createDefaultStage: false,
      disableExecuteApiEndpoint: props.domain !== null && !props.domain.keepGeneratedAddress,
      ...(props.webPages === undefined ? {} : { corsPreflight: corsFor(props.webPages.cors, props.routes) }),
      defaultAuthorizer: authorizer,
      defaultIntegration: new HttpLambdaIntegration('UnknownRoute', props.unknownRoute as IFunction),
    });
    for (const { operation, method, path, handler } of props.routes) {
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration(operation, handler as IFunction),
      });
    }
    if (props.webPages !== undefined) {
      this.#addPreflights(props.webPages.preflight);
    }
    this.accessLogs = new LogGroup(this, 'AccessLogs', {
      // Half the price. The features that it lacks (filters, metrics from lines) are not used for this log.
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
      logGroupName: accessLogGroupName(Stack.of(this)),
      ...props.logRetention,
    });
    const accessLogFormat = {
      ...ACCESS_LOG,
      ...(props.accessLog.identifiesCallers && CALLER),
      ...(props.domain?.keepGeneratedAddress && ADDRESS),
    };
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttle.rateLimit, burstLimit: props.throttle.burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFormat)),
      },
    });
    throttleUnknownPaths(stage, this.api, props.throttle.unknownPaths);
    if (props.domain !== null) {
      this.domain = new CustomDomain(this, 'Domain', { config: props.domain, api: this.api, stage });
    }
  }

  /** Without this route, preflights would get the 404 of the `$default` route, and a browser would not send the call. */
  #addPreflights(preflight: Alias): void {
    const [route] = this.api.addRoutes({
      path: preflightRoute.path,
      methods: [HttpMethod[preflightRoute.method]],
      authorizer: new HttpNoneAuthorizer(),
      integration: new HttpLambdaIntegration('Preflight', preflight as IFunction),
    });
    Validations.of(route as HttpRoute).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'A browser sends no credentials with a preflight, and the function behind it answers 204 and nothing else.',
    });
  }
}

/** `HttpStage` has no settings of single routes. API Gateway refuses settings of a route that does not exist yet. */
function throttleUnknownPaths(
  stage: HttpStage,
  api: HttpApi,
  { rateLimit, burstLimit }: Config['throttle']['unknownPaths'],
): void {
  const { defaultChild } = stage.node;
  if (!(defaultChild instanceof CfnStage)) {
    throw new Error('The stage of the API has no AWS::ApiGatewayV2::Stage');
  }
  defaultChild.routeSettings = {
    $default: { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
  };
  defaultChild.node.addDependency(api.node.findChild('DefaultRoute'));
}

/**
 * Under `/aws/vendedlogs/`, since API Gateway adds any other log group to one resource policy of the account, which is
 * limited to 5,120 characters. With the id of the stack, so that a retained group does not block a new stack.
 */
function accessLogGroupName({ stackName }: Stack): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `/aws/vendedlogs/apigateway/${stackName}-${stackUuid}`;
}

function corsFor(
  { allowOrigins, allowHeaders }: Config['cors'],
  routes: ChatApiProps['routes'],
): CorsPreflightOptions {
  const methods = new Set(routes.map(({ method }) => method));
  return {
    allowOrigins,
    allowMethods: [...methods].map((method) => CorsHttpMethod[method]),
    allowHeaders,
    exposeHeaders: [...answerHeaders],
    maxAge: Duration.hours(1),
  };
}
