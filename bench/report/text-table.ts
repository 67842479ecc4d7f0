// Text tables for a terminal, with right-aligned numbers.

export type Cell = string | number;

/** @param header one name for each column. Numbers are printed unrounded. */
export function textTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const isNumeric = header.map((_, column) => rows.every((row) => looksNumeric(row[column])));
  const shown = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [shown[0], rule, ...shown.slice(1)].join('\n');
}

function looksNumeric(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || /^(?:[<~+-]?[\d.,]+[\sa-zA-Z%µ/]*|-|)$/.test(cell ?? '');
}

export function rounded(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
