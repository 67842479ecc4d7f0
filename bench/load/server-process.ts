// A server in a separate process from the load generator, with the CPU time and the memory that it has used.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CpuTime, Memory } from './tell-parent.ts';

export interface ServerProcess<Ready> {
  readonly pid: number;
  /** The message of the server when it was ready. */
  readonly ready: Ready;
  cpuTime(): Promise<CpuTime>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

/** The limits of `npm start` for V8. */
const AS_NPM_START = startScript().filter((word) => word.startsWith('--max-'));

function startScript(): string[] {
  const file = join(import.meta.dirname, '..', '..', 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).scripts.start.split(' ');
}

export async function startServer<Ready>(file: string, args: string[] = []): Promise<ServerProcess<Ready>> {
  const child = fork(join(import.meta.dirname, file), args, { execArgv: AS_NPM_START });
  const exited = once(child, 'exit');
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as Ready),
    exited.then(([code]) => {
      throw new Error(`${file} ended with ${code} before it was ready`);
    }),
  ]);
  const ask = async <Answer>(what: string): Promise<Answer> => {
    child.send(what);
    const [answer] = await once(child, 'message');
    return answer as Answer;
  };
  return {
    pid: child.pid ?? 0,
    ready,
    cpuTime: () => ask<CpuTime>('cpu'),
    memory: () => ask<Memory>('memory'),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
