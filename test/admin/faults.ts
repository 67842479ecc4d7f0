// Harm done to the writes of one command, on their way to a real database.
import type { Table } from '../../functions/dynamodb/table.ts';

/** Runs `act` before the `nth` put is sent; when it throws, the put is never sent. */
export function beforePut(table: Table, nth: number, act: () => void | Promise<void>): Table {
  let puts = 0;
  return {
    ...table,
    put: async (...write) => {
      puts += 1;
      if (puts === nth) {
        await act();
      }
      return table.put(...write);
    },
  };
}

/** Every write is applied, its answer is lost on the way back, and the client sends it again. */
export function losingFirstAnswers(table: Table): Table {
  return {
    ...table,
    put: async (...write) => {
      await table.put(...write);
      return table.put(...write);
    },
    update: async (...write) => {
      await table.update(...write);
      return table.update(...write);
    },
  };
}
