// Measures the first answer of a function in a new process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface FirstAnswer {
  readonly initMs: number;
  readonly firstMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

const SCRIPT = join(import.meta.dirname, 'first-answer.cjs');

/**
 * @param isGood whether the answer is that of a successful call; a refusal would be quicker
 * @param flags of Node
 */
export async function firstAnswer(
  module: string,
  event: object,
  env: Readonly<Record<string, string>>,
  isGood: (answer: unknown) => boolean,
  flags: readonly string[] = [],
): Promise<FirstAnswer> {
  const child = spawn(process.execPath, [...flags, SCRIPT, module, JSON.stringify(event)], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [written, complaints] = await Promise.all([
    text(child.stdio[3] as Readable),
    text(child.stderr as Readable),
    child.exitCode ?? once(child, 'exit'),
  ]);
  const { answer, measured } =
    written === '' ? { answer: undefined, measured: undefined } : JSON.parse(written);
  if (!isGood(answer)) {
    throw new Error(`${module} did not answer well: ${JSON.stringify(answer)} ${complaints}`);
  }
  return measured;
}
