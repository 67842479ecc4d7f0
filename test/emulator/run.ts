// Runs commands whose output is wanted only when they fail, or by the caller.
import { spawn } from 'node:child_process';

export type Run = (command: string, ...args: string[]) => Promise<string>;

/** @returns a function that runs a command and answers what it wrote to stdout; it throws Error with all output when the command fails. */
export function runner(env: Readonly<Record<string, string>>): Run {
  return async (command, ...args) => {
    // A group of its own, so that what the command started ends with it when this process is stopped.
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const kill = () => {
      try {
        process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
      } catch {
        // It has ended meanwhile, or was never started.
      }
    };
    process.prependOnceListener('exit', kill);
    let stdout = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    const code = await new Promise<number | null>((ended, failed) => {
      child.on('error', failed);
      child.on('close', ended);
    }).finally(() => process.off('exit', kill));
    if (code !== 0) {
      throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${all.trim()}`);
    }
    return stdout;
  };
}
