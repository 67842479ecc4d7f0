// A table that answers at once, without a client: what a call costs on it is our own code.
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/dynamodb/table.ts';
import { PAGE_LENGTH, personaItem, sessionItem } from '../calls.ts';

const page = { Items: Array.from({ length: PAGE_LENGTH }, () => sessionItem) };
const persona = { Item: personaItem };
const session = { Item: sessionItem };
const ended = { Attributes: { ...sessionItem, status: 'ended', endedAt: sessionItem.startedAt } };

async function send(command: unknown): Promise<object> {
  if (command instanceof GetCommand) {
    return command.input.Key?.sk === personaItem.sk ? persona : session;
  }
  if (command instanceof QueryCommand) {
    return page;
  }
  return command instanceof UpdateCommand ? ended : {};
}

export const instantTable: Table = { name: 'sessions', client: { send } as unknown as Table['client'] };
