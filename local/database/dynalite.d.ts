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
  type Item = Record<string, Record<string, unknown>>;

  interface ConditionFailure extends Error {
    body: { __type: string; message: string; Item?: Item };
  }

  const db: {
    checkConditional(
      request: { ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' },
      storedItem: Item | undefined,
    ): ConditionFailure | null | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/*' {
  const validation: { types: Record<string, { type: string; enum?: string[] }> };
  export default validation;
}
