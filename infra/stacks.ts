// The stacks of one stage: the table, and the service that uses it.
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
  const data = new SessionsTableStack(scope, `${name}-Data`, {
    description: `Moonborn chat sessions (${config.stage}): the table`,
    config,
  });
  const service = new ChatSessionsStack(scope, name, {
    description: `Moonborn chat sessions (${config.stage})`,
    config,
    folders,
    table: data.table,
  });
  return { data, service };
}
