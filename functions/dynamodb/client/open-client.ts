// The SDK's client as a function needs it: told all that it would otherwise look for.
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DirectClient } from './direct-client.ts';
import { type ExchangeLimits, HttpExchange } from './http-exchange.ts';

export interface TableLimits extends ExchangeLimits {
  /** Of one call, the first included. */
  readonly maxAttempts: number;
}

/** What the SDK would otherwise look for in files that no function has, before its first call. */
const SETTLED: DynamoDBClientConfig = {
  defaultsMode: 'legacy',
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  ignoreConfiguredEndpointUrls: true,
  accountIdEndpointMode: 'disabled',
  authSchemePreference: [],
  disableClockSkewCorrection: false,
  userAgentAppId: async () => undefined,
};

export function openClient(limits: TableLimits): DynamoDBDocumentClient {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = process.env;
  const client = new DynamoDBClient({
    ...SETTLED,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: limits.maxAttempts,
    requestHandler: new HttpExchange(limits, endpoint?.startsWith('http:') ? 'http:' : 'https:'),
  });
  return new DirectClient(client, endpoint);
}
