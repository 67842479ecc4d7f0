// The stacks of one stage: the table, and the service that uses it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PermissionsBoundary, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ChatSessionsStack } from './chat-sessions-stack.ts';
import type { Config } from './config.ts';
import { SessionsTableStack } from './sessions-table-stack.ts';

export interface Stacks {
  readonly data: SessionsTableStack;
  readonly service: ChatSessionsStack;
}

/** @param folders the bundled folder of each entry */
export function addStacks(scope: Construct, config: Config, folders: ReadonlyMap<string, string>): Stacks {
  const name = `MoonbornChatSessions-${config.stage}`;
  const common = commonProps(config);
  const data = new SessionsTableStack(scope, `${name}-Data`, {
    ...common,
    description: `Moonborn chat sessions (${config.stage}): the table`,
    config,
  });
  const service = new ChatSessionsStack(scope, name, {
    ...common,
    tags: { ...common.tags, version: packageVersion() },
    description: `Moonborn chat sessions (${config.stage})`,
    config,
    folders,
    table: data.table,
  });
  return { data, service };
}

/** CloudFormation puts the tags of a stack on each of its resources that can have tags. */
function commonProps({ stage, owner, env, permissionsBoundary }: Config) {
  return {
    tags: { service: 'moonborn-chat-sessions', stage, owner },
    ...(env && { env }),
    ...(permissionsBoundary && { permissionsBoundary: PermissionsBoundary.fromArn(permissionsBoundary) }),
  } satisfies StackProps;
}

/** Not a tag of the table, which stays as it is from release to release. */
function packageVersion(): string {
  const file = join(dirname(import.meta.dirname), 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
