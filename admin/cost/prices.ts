// The price list in prices.json, with its date: the one file to change when AWS changes its prices.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Prices {
  readonly region: string;
  readonly enteredOn: string;
  readonly httpApi: { readonly perMillionRequests: number };
  readonly restApi: { readonly perMillionRequests: number };
  readonly lambdaArm: {
    readonly perMillionRequests: number;
    readonly perGbSecond: number;
    readonly provisionedPerGbSecond: number;
  };
  readonly dynamoDb: {
    readonly perMillionReadUnits: number;
    readonly perMillionWriteUnits: number;
    readonly storagePerGbMonth: number;
    readonly pointInTimeRecoveryPerGbMonth: number;
  };
  readonly cloudWatch: {
    readonly logsPerGb: Readonly<Record<LogClass, number>>;
    readonly logStoragePerGbMonth: number;
    readonly perAlarmMetricMonth: number;
    readonly perMetricMonth: number;
    readonly perDashboardMonth: number;
  };
  readonly eventBridge: { readonly perMillionEvents: number };
  readonly dataTransferOut: { readonly freeGbPerMonth: number; readonly perGb: number };
}

export type LogClass = 'STANDARD' | 'INFREQUENT_ACCESS';

export function readPrices(): Prices {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8'));
}
