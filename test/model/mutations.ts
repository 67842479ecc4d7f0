// Bugs to plant between the store functions and the table: a search that misses one of them proves nothing.
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Mutation } from './faulty-network.ts';
import type { Command } from './memory-table.ts';
import type { Caller } from './race.ts';

const putsSession = (command: Command): command is PutCommand =>
  puts(command, ({ status }) => status === 'active');
const putsMark = (command: Command): command is PutCommand =>
  puts(command, ({ status }) => status === 'deleted');
const putsIntent = (command: Command): command is PutCommand => puts(command, ({ sk }) => sk === 'INTENT');

export const putSessionUnconditionally: Mutation = (command) =>
  putsSession(command) ? withoutCondition(command) : command;

export const claimIntentUnconditionally: Mutation = (command) =>
  putsIntent(command) ? withoutCondition(command) : command;

/** No request knows its own write again. */
export const leaveTokenOut: Mutation = (command) =>
  putsSession(command) ? withItem(command, { startRequestId: 'nobody' }) : command;

/** The payload that the key came with first is not kept. */
export const forgetPayload: Mutation = (command) =>
  putsSession(command) || putsIntent(command) ? withItem(command, { payloadFingerprint: 'any' }) : command;

/** Nothing is left that a late retry could run into. */
export const deleteWithoutMark: Mutation = (command) =>
  putsMark(command)
    ? new DeleteCommand({ TableName: command.input.TableName, Key: keyOf(command.input.Item) })
    : command;

export const deleteUnconditionally: Mutation = (command) =>
  putsMark(command) ? withoutCondition(command) : command;

export const endUnconditionally: Mutation = (command) =>
  command instanceof UpdateCommand ? withoutCondition(command) : command;

function puts(command: Command, test: (item: Readonly<Record<string, unknown>>) => boolean): boolean {
  return command instanceof PutCommand && test(command.input.Item ?? {});
}

function withoutCondition<T extends PutCommand | UpdateCommand>(command: T): T {
  const { ConditionExpression: _, ...input } = command.input;
  return (
    command instanceof PutCommand ? new PutCommand(input as never) : new UpdateCommand(input as never)
  ) as T;
}

function withItem(command: PutCommand, changes: Readonly<Record<string, unknown>>): PutCommand {
  return new PutCommand({ ...command.input, Item: { ...command.input.Item, ...changes } });
}

function keyOf(item: Readonly<Record<string, unknown>> | undefined) {
  return { pk: item?.pk, sk: item?.sk };
}

/** Every request takes every other one's write for its own. */
export function withOneToken(caller: Caller): Caller {
  return { ...caller, ask: (table, { nowMs }) => caller.ask(table, { nowMs, requestId: 'any' }) };
}
