// Prints the answer of a command: text for people, JSON for programs.
import type { Command } from 'commander';
import stringWidth from 'string-width';

export interface Answer {
  readonly json: unknown;
  /** For stdout: the part that a script captures with `$(…)`. */
  readonly text: string;
  /** For stderr. */
  readonly remarks?: readonly string[];
}

export function give(command: Command, { json, text, remarks = [] }: Answer): void {
  if (command.optsWithGlobals<{ json?: true }>().json) {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  if (text !== '') {
    process.stdout.write(`${text}\n`);
  }
  for (const remark of remarks) {
    process.stderr.write(`${remark}\n`);
  }
}

/** Columns as wide on a terminal as their widest cell; the last one is not padded, so put the longest there. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A character may take two columns, such as those of Chinese, or none, such as an accent of its own. */
function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}
