// The HTTP API: every route behind the same authorizer, throttled, with an access log.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, type HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

export interface ChatApiProps {
  readonly name: string;
  readonly description: string;
  readonly authorizer: IFunction;
  readonly routes: readonly {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    readonly handler: IFunction;
  }[];
  /** Answers what no route names. */
  readonly unknownRoute: IFunction;
  readonly throttle: Config['throttle'];
  readonly logRetentionDays: number;
}

const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  authn: '$context.authorizer.authn',
  orgId: '$context.authorizer.orgId',
  responseBytes: '$context.responseLength',
};

export class ChatApi extends Construct {
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ChatApiProps) {
    super(scope, id);
    const authorizer = new HttpLambdaAuthorizer('Authorizer', props.authorizer, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // With an identity source the gateway would answer a missing header itself, outside our envelope.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    const api = new HttpApi(this, 'HttpApi', {
      apiName: props.name,
      description: props.description,
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      defaultIntegration: new HttpLambdaIntegration('UnknownRoute', props.unknownRoute),
    });
    for (const { operation, method, path, handler } of props.routes) {
      api.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration: new HttpLambdaIntegration(operation, handler),
      });
    }
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', {
            retention: props.logRetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    this.url = api.apiEndpoint;
  }
}
