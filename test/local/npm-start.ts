// `npm start` as a process of its own, in a folder of the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';

export const MAIN = join(import.meta.dirname, '../../local/main.ts');

export interface Start {
  child: ChildProcess;
  output(): string;
  /** Resolves with the next output. */
  more(): Promise<void>;
  /** Resolves when the process and all that it started have closed their output. */
  ended: Promise<number | null>;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

export function start(cwd: string, args: string[] = [], env: Record<string, string> = {}): Start {
  return startProgram(process.execPath, [MAIN, ...args], cwd, env);
}

/** By npm itself, with a package of the folder that starts the same program. */
export function startByNpm(cwd: string, args: string[], env: Record<string, string> = {}): Start {
  const scripts = { start: `"${process.execPath}" "${MAIN}"` };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'laptop', version: '1.0.0', scripts }));
  return startProgram('npm', ['start', ...args], cwd, env);
}

export function startProgram(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Start {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      for (const heard of waiting.splice(0)) {
        heard();
      }
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const more = () =>
    new Promise<void>((heard) => {
      waiting.push(heard);
    });
  return { child, output: () => text, more, ended };
}

export async function until(said: string, { child, output, more, ended }: Start): Promise<void> {
  while (!output().includes(said)) {
    await Promise.race([more(), ended]);
    if (child.exitCode !== null && !output().includes(said)) {
      throw new Error(`npm start ended before it said "${said}":\n${output()}`);
    }
  }
}

export function untilReady(starting: Start): Promise<void> {
  return until('Ctrl-C stops.', starting);
}

export function readEnv(cwd: string): Record<string, string> {
  const lines = readFileSync(join(cwd, '.local/env'), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
}

/** What only a run of the stack keeps in its folder. */
export function leftBehind(cwd: string): string[] {
  const folder = join(cwd, '.local');
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => /^(env|stack\.json|lock\.)/.test(name))
    : [];
}
