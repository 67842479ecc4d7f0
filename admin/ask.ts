// Asks the operator before something that costs or can't be undone; a script says yes beforehand.
import { createInterface } from 'node:readline/promises';
import { Misused, Refused } from './refused.ts';

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** @returns `undefined` when nobody could answer. */
export function operatorsTerminal(): Terminal | undefined {
  const { stdin: input, stderr: output } = process;
  return input.isTTY && output.isTTY ? { input, output } : undefined;
}

/**
 * @param inScripts what to do where nobody can be asked
 * @throws Misused when nobody can be asked, Refused when the answer is not yes.
 */
export async function ask(
  question: string,
  inScripts: string,
  terminal: Terminal | undefined,
): Promise<void> {
  if (terminal === undefined) {
    throw new Misused(`${question} There is no terminal to answer from: ${inScripts}`);
  }
  const lines = createInterface(terminal);
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new Refused('Nothing was done.');
    }
  } finally {
    lines.close();
  }
}
