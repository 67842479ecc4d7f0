// Installs a peer into a scratch folder, by the exact versions of its folder here. Nothing of it becomes part of the project.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from './peers.ts';

const run = promisify(execFile);
const INSTALL_MS = 10 * 60_000;
const INSTALLED = ['node_modules', 'venv'];

/**
 * @param scratch a folder that is kept between runs
 * @returns the folder to start it in
 * @throws Error that says which command failed, and how
 */
export async function install({ folder, name }: Peer, scratch: string): Promise<string> {
  const target = join(scratch, folder);
  mkdirSync(target, { recursive: true });
  // Data of an earlier run.
  for (const file of readdirSync(target).filter((one) => !INSTALLED.includes(one))) {
    rmSync(join(target, file), { recursive: true });
  }
  cpSync(join(import.meta.dirname, folder), target, { recursive: true });
  const commands: [string, ...string[]][] = existsSync(join(target, 'requirements.txt'))
    ? [
        ['python3', '-m', 'venv', 'venv'],
        ['venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt'],
      ]
    : [['npm', 'install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund']];
  for (const [program, ...args] of commands) {
    await run(program, args, { cwd: target, timeout: INSTALL_MS }).catch((error: Error) => {
      throw new Error(`${name} can't be installed: ${error.message.split('\n').slice(0, 3).join(' ')}`);
    });
  }
  return target;
}
