// How long log lines are kept, under which key, and whether log groups are retained when the stack is deleted.
import { RemovalPolicy } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';
import type { Config } from './config.ts';
import type { Encryption } from './encryption.ts';

export type LogRetention = Required<Pick<LogGroupProps, 'retention' | 'removalPolicy'>> &
  Pick<LogGroupProps, 'encryptionKey'>;

export function logRetention({ logRetentionDays, retainLogs }: Config, { key }: Encryption): LogRetention {
  return {
    retention: logRetentionDays,
    ...(key && { encryptionKey: key }),
    removalPolicy: retainLogs ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  };
}
