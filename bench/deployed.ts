// Synthesises the functions as they would be deployed, with credentials that they accept.
import { API_KEY_RANDOM_BYTES, formatApiKey } from '../functions/access/api-key.ts';
import type { Deployment, LambdaFunction } from '../local/assembly/deployment.ts';
import { readDeployment } from '../local/assembly/read-deployment.ts';
import { credentialsOf, runtimeVariables } from '../local/lambda/runtime-variables.ts';
import { loadSigningKey, sessionJwtSigner } from '../local/session-tokens.ts';
import { synthesise } from '../local/synthesise.ts';

const REGION = 'eu-central-1';

export interface Deployed {
  readonly deployment: Deployment;
  readonly apiKey: string;
  readonly sessionJwt: string;
}

/** @param folder for the cloud assembly and the signing key */
export async function deployForBench(folder: string): Promise<Deployed> {
  const { assemblyFolder, signingKeyFile } = await synthesise({ folder });
  const sign = sessionJwtSigner(await loadSigningKey(signingKeyFile));
  const claims = { sub: 'usr_bench', org_id: 'org_bench', workspace_id: 'ws_bench', scope: '*' };
  return {
    deployment: readDeployment(assemblyFolder, { region: REGION, accountId: '000000000000' }),
    apiKey: formatApiKey('live', new Uint8Array(API_KEY_RANDOM_BYTES).fill(7)),
    sessionJwt: await sign(claims),
  };
}

/** The environment variables on Lambda, with the log level of production. */
export function variablesOf(lambda: LambdaFunction, databaseEndpoint: string): Record<string, string> {
  const variables = runtimeVariables(lambda, REGION, { databaseEndpoint }, credentialsOf(lambda.logicalId));
  return { ...variables, AWS_LAMBDA_LOG_LEVEL: 'INFO' };
}

export function functionOfRoute({ api, functions }: Deployment, routeKey: string): LambdaFunction {
  return functionNamed(functions, api.routes.find(({ key }) => key === routeKey)?.functionName);
}

export function authorizerOf({ api, functions }: Deployment): LambdaFunction {
  return functionNamed(functions, api.routes.find(({ authorizer }) => authorizer)?.authorizer?.functionName);
}

function functionNamed(functions: readonly LambdaFunction[], name: string | undefined): LambdaFunction {
  const lambda = functions.find((one) => one.name === name);
  if (lambda === undefined) {
    throw new Error(`The assembly has no function ${name ?? 'where one was expected'}.`);
  }
  return lambda;
}
