// The HTTP API: every route behind the same authorizer, throttled, with an access log.
import { Aws, Duration, Fn, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, LogGroupClass } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { LogRetention } from './log-retention.ts';

export interface ChatApiProps {
  readonly name: string;
  readonly description: string;
  readonly authorizer: Alias;
  readonly routes: readonly {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    readonly handler: Alias;
  }[];
  /** Answers what no route names. */
  readonly unknownRoute: Alias;
  readonly cors: Config['cors'];
  readonly throttle: Config['throttle'];
  readonly logRetention: LogRetention;
}

/** Every call has a line, also those that no function saw; it is paid by its length. */
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

export class ChatApi extends Construct {
  readonly api: HttpApi;
  readonly accessLogs: LogGroup;

  constructor(scope: Construct, id: string, props: ChatApiProps) {
    super(scope, id);
    const authorizer = new HttpLambdaAuthorizer('Authorizer', props.authorizer as IFunction, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // With an identity source the gateway would answer a missing header itself, outside our envelope.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: props.name,
      description: props.description,
      createDefaultStage: false,
      ...(props.cors.allowOrigins.length === 0 ? {} : { corsPreflight: corsFor(props.cors) }),
      defaultAuthorizer: authorizer,
      defaultIntegration: new HttpLambdaIntegration('UnknownRoute', props.unknownRoute as IFunction),
    });
    for (const { operation, method, path, handler } of props.routes) {
      this.api.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration: new HttpLambdaIntegration(operation, handler as IFunction),
      });
    }
    this.accessLogs = new LogGroup(this, 'AccessLogs', {
      // Half the price. What it lacks (filters, metrics from lines) is what nobody asks of this log.
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
      logGroupName: accessLogGroupName(Stack.of(this)),
      ...props.logRetention,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}

/**
 * Under `/aws/vendedlogs/`, since API Gateway adds every other group to one resource policy of the account, which holds
 * 5,120 characters. With the id of the stack, so that a group that outlives its stack is not in the way of the next one.
 */
function accessLogGroupName({ stackName }: Stack): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `/aws/vendedlogs/apigateway/${stackName}-${stackUuid}`;
}

/** What our SDKs send and read from a browser; the gateway answers the preflight itself. */
function corsFor({ allowOrigins }: Config['cors']): CorsPreflightOptions {
  return {
    allowOrigins,
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
    exposeHeaders: ['x-request-id', 'apigw-requestid', 'idempotent-replayed', 'retry-after', 'date'],
    maxAge: Duration.hours(1),
  };
}
