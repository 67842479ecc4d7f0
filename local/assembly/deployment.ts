// What the local stack runs: the parts of a synthesised assembly that take part in answering a request.

export interface Deployment {
  stackName: string;
  region: string;
  accountId: string;
  api: Api;
  functions: LambdaFunction[];
  table: Table;
  /** Resources that act beside the requests (stream consumers, schedules), as "logical id (type)". */
  notRunLocally: string[];
}

export interface Api {
  id: string;
  stageName: string;
  stageVariables: Record<string, string> | undefined;
  accessLogFormat: string | undefined;
  cors: Cors | undefined;
  routes: Route[];
}

export interface Route {
  /** As in the template: `POST /v1/personas/{id}/chat/sessions`, `ANY /x/{proxy+}` or `$default`. */
  key: string;
  functionName: string;
  integrationTimeoutMs: number;
  authorizer: Authorizer | undefined;
  throttle: Throttle | undefined;
}

export interface Authorizer {
  functionName: string;
  identitySources: string[];
}

export interface Throttle {
  ratePerSecond: number;
  burst: number;
}

export interface Cors {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  maxAgeSeconds: number | undefined;
}

export interface LambdaFunction {
  logicalId: string;
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  codeFolder: string;
  environment: Record<string, string>;
  memoryMb: number;
  timeoutMs: number;
  reservedConcurrency: number | undefined;
  logGroup: string;
  logFormat: 'JSON' | 'Text';
  applicationLogLevel: string;
  systemLogLevel: string;
}

export interface Table {
  logicalId: string;
  name: string;
  attributes: { AttributeName: string; AttributeType: string }[];
  keySchema: { AttributeName: string; KeyType: string }[];
  globalIndexes: TableIndex[];
  localIndexes: TableIndex[];
}

export interface TableIndex {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
}
