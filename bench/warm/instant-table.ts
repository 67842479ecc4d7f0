// A table that answers immediately and stores nothing, to measure the service's own code alone.
import type { Table } from '../../functions/dynamodb/table.ts';
import { endedItem, page, personaItem, sessionItem } from '../calls.ts';

export const instantTable: Table = {
  get: async ({ sk }) => (sk === personaItem.sk ? personaItem : sessionItem),
  put: async (item) => ({ written: true, item }),
  update: async () => ({ written: true, item: endedItem }),
  query: async () => ({ items: page }),
};
