// The model of what the local stack runs, read from a cloud assembly.

export interface Deployment {
  stackName: string;
  region: string;
  accountId: string;
  api: Api;
  functions: LambdaFunction[];
  table: Table;
  streamMappings: StreamMapping[];
  /** Whether a function may put events on an event bus. */
  putsEvents: boolean;
  /** Resources without a counterpart here (rules, schedules, domain names), as "logical id (type)". */
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
  streamArn: string;
  /** The images in a record of the stream, as in DynamoDB's `StreamViewType`. */
  streamViewType: string;
}

export interface TableIndex {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
}

/** An event source mapping: how Lambda invokes a function with records of the table's stream. */
export interface StreamMapping {
  logicalId: string;
  functionName: string;
  batchSize: number;
  batchingWindowMs: number;
  /** 0 for none. */
  tumblingWindowMs: number;
  /** The number of batches of one shard that are processed concurrently; an item's records stay in order. */
  parallelizationFactor: number;
  bisectsOnError: boolean;
  reportsItemFailures: boolean;
  retriesMax: number;
  recordAgeMaxMs: number;
  /** Empty: every record matches. */
  filterPatterns: string[];
  /** The name of the on-failure destination, a queue or topic. */
  onFailure: string | undefined;
}
