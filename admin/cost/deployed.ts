// Reads the billed resources from the synthesised templates.
import type { LogClass } from './prices.ts';

export interface Deployed {
  /** Of the functions that take part in a start and in a turn. */
  readonly memoryMb: {
    readonly authorizer: number;
    readonly startChatSession: number;
    readonly recordChatTurn: number;
  };
  /** Whether the table has the index of sessions by user. */
  readonly isIndexedByUser: boolean;
  readonly isLimited: boolean;
  /** The memory of the consumers of the stream; absent without consumers. */
  readonly consumersMb: { readonly countUsage?: number; readonly publishSessionEvents?: number };
  /** Whether turns are published as events. */
  readonly areTurnsPublished: boolean;
  readonly apiKeyRememberSeconds: number;
  readonly accessLogClass: LogClass;
  readonly logRetentionDays: number;
  readonly isPointInTimeRecovered: boolean;
  readonly functions: number;
  readonly alarms: number;
  /** An alarm on a metric math expression is billed for each metric in it. */
  readonly alarmMetrics: number;
  /** Event source mappings that count their events. */
  readonly countedMappings: number;
  readonly dashboards: number;
}

export interface Template {
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shapes
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: any }>>;
}

export function readDeployed(templates: readonly Template[]): Deployed {
  const resources = templates.flatMap(({ Resources }) =>
    Object.entries(Resources).map(([id, { Type, Properties = {} }]) => ({ id, Type, Properties })),
  );
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const only = (type: string, prefix: string) => {
    const [found, ...others] = ofType(type).filter(({ id }) => id.startsWith(prefix));
    if (found === undefined || others.length > 0) {
      throw new Error(`The templates have ${others.length + (found ? 1 : 0)} of ${type} ${prefix}…, not one`);
    }
    return found.Properties;
  };
  const start = only('AWS::Lambda::Function', 'StartChatSessionFunction');
  const consumer = (prefix: string) =>
    ofType('AWS::Lambda::Function').find(({ id }) => id.startsWith(prefix))?.Properties;
  const [count, publish] = [consumer('CountUsageFunction'), consumer('PublishSessionEventsFunction')];
  const authorizer = only('AWS::Lambda::Function', 'AuthorizerFunction');
  const accessLogs = only('AWS::Logs::LogGroup', 'ApiAccessLogs');
  const table = only('AWS::DynamoDB::GlobalTable', 'Sessions');
  const [replica] = table.Replicas;
  return {
    memoryMb: {
      authorizer: authorizer.MemorySize,
      startChatSession: start.MemorySize,
      recordChatTurn: only('AWS::Lambda::Function', 'RecordChatTurnFunction').MemorySize,
    },
    isIndexedByUser: table.GlobalSecondaryIndexes !== undefined,
    isLimited: start.Environment.Variables.RATE_LIMITS !== '',
    consumersMb: {
      ...(count && { countUsage: count.MemorySize }),
      ...(publish && { publishSessionEvents: publish.MemorySize }),
    },
    areTurnsPublished: publish?.Environment.Variables.EVENT_TYPES.includes('chat.turn.recorded') === true,
    apiKeyRememberSeconds: Number(authorizer.Environment.Variables.API_KEY_REMEMBER_SECONDS),
    accessLogClass: accessLogs.LogGroupClass ?? 'STANDARD',
    logRetentionDays: accessLogs.RetentionInDays,
    isPointInTimeRecovered: replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
    functions: ofType('AWS::Lambda::Function').length,
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    alarmMetrics: ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties.Metrics ?? [{ MetricStat: {} }])
      .reduce((sum, parts: object[]) => sum + parts.filter((part) => 'MetricStat' in part).length, 0),
    countedMappings: ofType('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties.MetricsConfig !== undefined,
    ).length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}
