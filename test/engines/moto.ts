// The moto server, the second database engine: found where `test/engines/install-moto` puts it, or on the path.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const START_TIMEOUT_MS = 60_000;

/** @returns the program, or `undefined` when moto is not installed. */
export function findMoto(): string | undefined {
  const venv = process.env.MOONBORN_TEST_VENV ?? join(import.meta.dirname, '..', '..', '.venv');
  return [join(venv, 'bin'), ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, 'moto_server'))
    .find((program) => existsSync(program));
}

export interface Moto {
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startMoto(program: string): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await answering(endpoint, server);
  return {
    endpoint,
    close: async () => {
      const closed = new Promise((resolve) => server.once('close', resolve));
      server.kill();
      await closed;
    },
  };
}

/** @throws Error when the server has ended, or does not answer in time. */
export async function answering(endpoint: string, server: ChildProcess): Promise<void> {
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < giveUpAtMs && server.exitCode === null) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error(`${server.spawnfile} did not answer at ${endpoint}; its exit code is ${server.exitCode}`);
}
