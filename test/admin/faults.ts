// Harm done to the calls of one client, on their way to a real database.
import type { Table } from '../../functions/dynamodb/table.ts';

/** Runs `act` before the client's `nth` put is sent; when it throws, the put is never sent. */
export function beforePut(table: Table, nth: number, act: () => void | Promise<void>): Table {
  let puts = 0;
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      if (isPut(context.commandName)) {
        puts += 1;
        if (puts === nth) {
          await act();
        }
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return table;
}

/** Every write is applied, and its first answer is lost on the way back. */
export function losingFirstAnswers(table: Table): Table {
  const lost = new WeakSet<object>();
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (isWrite(context.commandName) && !lost.has(context)) {
        lost.add(context);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      }
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return table;
}

function isPut(commandName: unknown): boolean {
  return commandName === 'PutItemCommand' || commandName === 'PutCommand';
}

function isWrite(commandName: unknown): boolean {
  return isPut(commandName) || commandName === 'UpdateItemCommand' || commandName === 'UpdateCommand';
}
