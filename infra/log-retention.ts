// How long log lines are kept, and whether log groups are retained when the stack is deleted.
import { RemovalPolicy } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';
import type { Config } from './config.ts';

export type LogRetention = Required<Pick<LogGroupProps, 'retention' | 'removalPolicy'>>;

export function logRetention({ logRetentionDays, retainLogs }: Config): LogRetention {
  return {
    retention: logRetentionDays,
    removalPolicy: retainLogs ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  };
}
