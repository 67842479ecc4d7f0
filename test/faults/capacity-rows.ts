// What was measured to be consumed, as rows of the tables in docs/consumed-capacity.md.

export interface Consumed {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly calls: number;
}

export type MeasuredRow = readonly [operation: string, Consumed];

/** Write units of the table, and of its index. */
export type RowWithIndex = readonly [operation: string, table: number, index: number];

export function rowsWithIndex(rows: readonly RowWithIndex[]): string[] {
  return rows.map(([operation, table, index]) => `| ${operation} | ${table} | ${index} | ${table + index} |`);
}

export function rowsOf(rows: readonly MeasuredRow[]): string[] {
  return rows.map(
    ([operation, { readUnits, writeUnits, calls }]) =>
      `| ${operation} | ${readUnits} | ${writeUnits} | ${calls} |`,
  );
}

export function asTable(rows: readonly MeasuredRow[]): string {
  return [
    '| operation | read units | write units | calls |',
    '| --- | --- | --- | --- |',
    ...rowsOf(rows),
  ].join('\n');
}
