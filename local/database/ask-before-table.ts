// Asks before a table is created in an AWS account: it costs money, and nobody else removes it.
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** @returns `undefined` when nobody could answer. */
export function startersTerminal(): Terminal | undefined {
  const { stdin: input, stdout: output } = process;
  return input.isTTY && output.isTTY ? { input, output } : undefined;
}

/** @throws Error unless the answer is yes, or nobody can be asked. */
export async function askBeforeTable(
  tableName: string,
  endpoint: string,
  terminal: Terminal | undefined,
  stop?: AbortSignal,
): Promise<void> {
  const question = `There is no table ${tableName} at ${endpoint}, which is AWS. Create it there?`;
  if (terminal === undefined) {
    throw new Error(
      `${question} There is no terminal to answer from: npm start -- --create-table says yes beforehand.`,
    );
  }
  const lines = createInterface(terminal);
  try {
    const answer = await lines.question(`\n${question} [y/N] `, stop === undefined ? {} : { signal: stop });
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new Error(
        `The table ${tableName} was not created. Unset AWS_ENDPOINT_URL_DYNAMODB to use the embedded database.`,
      );
    }
  } finally {
    lines.close();
  }
}
