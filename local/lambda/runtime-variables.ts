// The environment variables of a function: those of the template, and those that Lambda adds.
import type { LambdaFunction } from '../assembly/deployment.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The access key id names the function, so that a proxy before the database can tell the callers apart. */
export function credentialsOf(logicalId: string): Credentials {
  return { accessKeyId: `LOCAL${logicalId}`, secretAccessKey: 'local', sessionToken: 'local' };
}

/** The endpoints of the services that functions call. */
export interface Endpoints {
  databaseEndpoint: string;
  eventBusEndpoint?: string | undefined;
}

export function runtimeVariables(
  lambda: LambdaFunction,
  region: string,
  endpoints: Endpoints,
  credentials: Credentials,
): Record<string, string> {
  return {
    ...lambda.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.databaseEndpoint,
    ...(endpoints.eventBusEndpoint === undefined
      ? {}
      : { AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBusEndpoint }),
    AWS_EXECUTION_ENV: `AWS_Lambda_${lambda.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: lambda.logFormat,
    ...(lambda.logFormat === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: lambda.applicationLogLevel } : {}),
    AWS_LAMBDA_LOG_GROUP_NAME: lambda.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: lambda.codeFolder,
    _HANDLER: lambda.handler,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
  };
}
