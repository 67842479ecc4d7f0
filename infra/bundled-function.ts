// A Lambda function with the defaults of this service, published behind the alias that is invoked.
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { LogRetention } from './log-retention.ts';

export interface BundledFunctionProps {
  readonly description: string;
  /** The folder with `index.cjs`. */
  readonly folder: string;
  readonly size: Config['endpoints'];
  readonly logLevel: Config['logLevel'];
  readonly logRetention: LogRetention;
  readonly environment: Readonly<Record<string, string>>;
}

/** Lambda's own lines for each invocation cost more than the function's lines, and say little about successful ones. */
const SYSTEM_LOG_LEVEL = { DEBUG: SystemLogLevel.INFO, INFO: SystemLogLevel.WARN } as const;

export class BundledFunction extends Construct {
  readonly function: LambdaFunction;
  /** Points to the current version, or to two versions during a deployment. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', props.logRetention);
    // Instead of CDK's default, a managed policy that allows writing to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const { memoryMb, timeoutSeconds, reservedConcurrency } = props.size;
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.folder),
      handler: 'index.handler',
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      ...(reservedConcurrency === null ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      environment: { ...props.environment },
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[props.logLevel],
      systemLogLevelV2: SYSTEM_LOG_LEVEL[props.logLevel],
      logGroup,
      // Keeps earlier versions, so that an operator can point the alias back to one. The version of a deployment that is
      // rolled back is deleted: Lambda does not publish the same code twice, so the next deployment would fail.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
    this.alias = this.function.addAlias('live');
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'Never invoked asynchronously: the API waits for the response, and the event source mapping of the stream retries and has a dead-letter queue.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'X-Ray does not trace HTTP APIs, a trace costs more than the invocation, and each function has one dependency, ' +
          'which takes nearly all of its time.',
      },
    );
  }
}
