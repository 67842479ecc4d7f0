// The parts of dynalite (it ships no types) that the local stack uses.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}

declare module 'dynalite/db/index.js' {
  export type Item = Record<string, Record<string, unknown>>;

  type Done = (error?: unknown) => void;

  /** The items of one table, by the keys of dynalite. */
  export interface ItemStore {
    put(key: string, item: Item, done: Done): void;
    del(key: string, done: Done): void;
  }

  interface Table {
    TableName: string;
  }

  interface ConditionFailure extends Error {
    body: { __type: string; message: string; Item?: Item };
  }

  const db: {
    checkConditional(
      request: { ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' },
      storedItem: Item | undefined,
    ): ConditionFailure | null | undefined;
    createKey(item: Item, table: Table): string;
    updateIndexes(
      store: { getItemDb(tableName: string): ItemStore },
      table: Table,
      before: Item | null | undefined,
      after: Item | null | undefined,
      done: Done,
    ): void;
  };
  export default db;
}

declare module 'dynalite/db/conditionParser.js' {
  interface Context {
    attrNames?: object | undefined;
    attrVals?: object | undefined;
    isKeyCondition?: boolean;
    [other: string]: unknown;
  }

  const conditionParser: {
    /** Throws the problem of the condition. */
    parse(condition: string, options: { context: Context }): unknown;
  };
  export default conditionParser;
}

declare module 'dynalite/validations/*' {
  const validation: { types: Record<string, { type: string; enum?: string[] }> };
  export default validation;
}
