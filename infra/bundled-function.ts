// A function of ours, with the house's defaults inside, published behind the alias that everybody calls.
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

/** What AWS itself writes of each invocation costs more than all that we write, and says little of those that went well. */
const SYSTEM_LOG_LEVEL = { DEBUG: SystemLogLevel.INFO, INFO: SystemLogLevel.WARN } as const;

export class BundledFunction extends Construct {
  readonly function: LambdaFunction;
  /** The version that serves, or two of them while a new one is on trial. */
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', props.logRetention);
    // Instead of the managed policy that CDK would take, which allows the logs of every function.
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
      // An earlier version stays, so that the alias can be put back to it by hand. One whose own deployment is rolled
      // back goes: Lambda refuses to publish the same code twice, so the next try would fail.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
    this.live = this.function.addAlias('live');
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'Invoked by the API, which waits, or from the stream, which tries again and has a queue of its own: nothing is left over.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'An HTTP API cannot be traced, a trace costs more than the invocation, and each function has one dependency, ' +
          'whose time is nearly all of its own.',
      },
    );
  }
}
