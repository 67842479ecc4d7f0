// Reads a cloud assembly into the deployment that the local stack runs.
import { readApis } from './api.ts';
import type { Deployment } from './deployment.ts';
import { readFunctions } from './functions.ts';
import { type Place, readStacks, type Stack } from './stacks.ts';
import { EVENT_SOURCE_MAPPING, readStreamMappings } from './stream-mappings.ts';
import { readTables } from './table.ts';

/** Types that act independently of requests, and the API's own name. They do not run locally, and `npm start` lists them. */
const NOT_RUN_LOCALLY = [
  'AWS::ApiGatewayV2::DomainName',
  'AWS::CloudFormation::CustomResource',
  'AWS::Events::Rule',
  EVENT_SOURCE_MAPPING,
  'AWS::Pipes::Pipe',
  'AWS::Route53::RecordSet',
  'AWS::Scheduler::Schedule',
];

export function readDeployment(assemblyFolder: string, place: Place): Deployment {
  const stacks = readStacks(assemblyFolder, place);
  const [stackOfApi, api] = only(stacks, readApis, 'HTTP API');
  const [, table] = only(stacks, readTables, 'table');
  const streamMappings = stacks.flatMap((stack) => readStreamMappings(stack, table));
  const isFollowed = (logicalId: string) => streamMappings.some((mapping) => mapping.logicalId === logicalId);
  return {
    stackName: stackOfApi.name,
    ...place,
    api,
    table,
    functions: stacks.flatMap(readFunctions),
    streamMappings,
    putsEvents: stacks.some(allowsToPutEvents),
    notRunLocally: stacks.flatMap((stack) =>
      stack
        .resourcesOf(...NOT_RUN_LOCALLY)
        .filter(([logicalId]) => !isFollowed(logicalId))
        .map(([logicalId, { Type }]) => `${logicalId} (${Type})`),
    ),
  };
}

function allowsToPutEvents(stack: Stack): boolean {
  return stack
    .resourcesOf('AWS::IAM::Policy')
    .some(([, { Properties }]) => JSON.stringify(Properties).includes('"events:PutEvents"'));
}

function only<T>(stacks: Stack[], read: (stack: Stack) => T[], kind: string): [Stack, T] {
  const found = stacks.flatMap((stack) => read(stack).map((part): [Stack, T] => [stack, part]));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`The local stack runs an assembly with one ${kind}, but this one has ${found.length}.`);
  }
  return first;
}
