// A table that answers at once and keeps nothing: what a call costs on it is our own code.
import type { Table } from '../../functions/dynamodb/table.ts';
import { endedItem, page, personaItem, sessionItem } from '../calls.ts';

export const instantTable: Table = {
  get: async ({ sk }) => (sk === personaItem.sk ? personaItem : sessionItem),
  put: async (item) => ({ written: true, item }),
  update: async () => ({ written: true, item: endedItem }),
  query: async () => ({ items: page }),
};
