// Commands of other toolchains, whose caches all lie in one temporary folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 1_800_000;

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** What the command printed on both streams. */
  readonly output: string;

  constructor(script: string, output: string) {
    super(`Failed: ${script.trim()}\n${output}`);
    this.output = output;
  }
}

/**
 * @param cwd the folder that the script runs in
 * @returns the standard output
 * @throws CommandFailed when a command of the script fails, or when the script takes longer than half an hour
 */
export async function bash(
  script: string,
  { cwd, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) {
    throw new CommandFailed(script, stdout + stderr);
  }
  return stdout;
}

/** Variables that keep every cache inside the folder. Maven takes its own as an option. */
export function cachesIn(folder: string): Record<string, string> {
  return {
    npm_config_cache: join(folder, 'npm'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    GOPATH: join(folder, 'go'),
    GOCACHE: join(folder, 'go-build'),
    // Without it the folder cannot be removed.
    GOFLAGS: `${process.env.GOFLAGS ?? ''} -modcacherw`.trim(),
    GOTOOLCHAIN: 'local',
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  };
}
