// A function that follows the stream, run from its bundle with the environment that the template gives it.
import type { Deployment, LambdaFunction } from '../../local/assembly/deployment.ts';
import { type LocalFunction, runFunction } from '../../local/lambda/local-function.ts';
import { credentialsOf, runtimeVariables } from '../../local/lambda/runtime-variables.ts';

export interface ConsumerOptions {
  readonly databaseEndpoint?: string;
  readonly eventBusUrl?: string;
  readonly timeoutMs?: number;
  readonly log?: (line: string) => void;
}

/** Only one of its environments runs, as for one shard of the stream. */
export function runConsumer(
  { functions, region }: Deployment,
  name: 'CountUsage' | 'PublishSessionEvents',
  { databaseEndpoint = 'http://127.0.0.1:9', eventBusUrl, timeoutMs, log = () => {} }: ConsumerOptions,
): LocalFunction {
  const found = functions.find(({ logicalId }) => logicalId.startsWith(name));
  if (found === undefined) {
    throw new Error(`The assembly has no function ${name}`);
  }
  const lambda: LambdaFunction = timeoutMs === undefined ? found : { ...found, timeoutMs };
  const endpoints = { databaseEndpoint, eventBusEndpoint: eventBusUrl };
  const variables = runtimeVariables(lambda, region, endpoints, credentialsOf(lambda.logicalId));
  return runFunction(lambda, variables, 1, (_name, lines) => lines.forEach(log));
}
