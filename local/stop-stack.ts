// `npm start -- --stop`: stops the stack of a folder from anywhere, and waits until it is gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { holderOf, lockFolder, stillHolds } from './folder-lock.ts';
import type { LocalFolder } from './local-folder.ts';

const POLL_MS = 50;
const LONGEST_WAIT_MS = 60_000;

/** @returns a sentence on what was done. @throws Error when the stack does not stop. */
export async function stopStackIn(folder: LocalFolder): Promise<string> {
  const holder = await holderOf(folder.path);
  if (holder !== undefined) {
    signal(holder.pid);
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (await stillHolds(holder)) {
      if (Date.now() > deadline) {
        throw new Error(
          `The local stack (process ${holder.pid}) was told to stop ${LONGEST_WAIT_MS / 1000} s ago and still runs. End it at once: kill -9 ${holder.pid}`,
        );
      }
      await sleep(POLL_MS);
    }
  }
  // On Windows a signal ends a process without its own clean-up.
  await (await lockFolder(folder)).close();
  return holder === undefined
    ? `No local stack runs in ${folder.path}.`
    : `Stopped the local stack in ${folder.path} (process ${holder.pid}).`;
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw new Error(`The local stack (process ${pid}) cannot be stopped: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
