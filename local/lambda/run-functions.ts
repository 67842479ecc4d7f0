// Runs all functions of a deployment.
import { availableParallelism } from 'node:os';
import type { Deployment } from '../assembly/deployment.ts';
import { type LocalFunction, runFunction, type Surroundings } from './local-function.ts';
import { type Credentials, credentialsOf, type Endpoints, runtimeVariables } from './runtime-variables.ts';

interface RunOptions extends Endpoints, Pick<Surroundings, 'connectToDatabase'> {
  /** `undefined` for an access key id for each function. */
  databaseCredentials: Credentials | undefined;
  maxEnvironments: number | undefined;
  /** Called with each line that a function writes. */
  append(line: string): void;
}

export interface LocalFunctions {
  named(name: string): LocalFunction;
  close(): Promise<void>;
}

export function runFunctions({ functions, region }: Deployment, options: RunOptions): LocalFunctions {
  const { databaseCredentials, connectToDatabase, append } = options;
  const maxEnvironments = options.maxEnvironments ?? Math.max(4, availableParallelism() * 2);
  const log = (name: string, lines: string[]) => {
    for (const line of lines) {
      append(`${name}\t${line}`);
    }
  };
  const running = new Map(
    functions.map((lambda): [string, LocalFunction] => {
      const credentials = databaseCredentials ?? credentialsOf(lambda.logicalId);
      const variables = runtimeVariables(lambda, region, options, credentials);
      return [lambda.name, runFunction(lambda, variables, { maxEnvironments, connectToDatabase, log })];
    }),
  );
  return {
    named(name) {
      const lambda = running.get(name);
      if (lambda === undefined) {
        throw new Error(`The assembly has no function named ${name}.`);
      }
      return lambda;
    },
    async close() {
      await Promise.all([...running.values()].map((lambda) => lambda.close()));
    },
  };
}
