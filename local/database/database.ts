// The database behind the functions: dynalite in a worker thread, or a DynamoDB endpoint that the caller names.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type DatabaseThread, startThread } from './database-thread.ts';
import { type FollowedWrites, followWrites } from './follow-writes.ts';
import type { Write } from './write-capture.ts';

export interface Database {
  endpoint: string;
  /** A port for calls without HTTP, in the embedded database only. */
  connect?(): MessagePort | undefined;
  /** Reports every write from now on. Absent when the writes can't be captured. */
  followWrites?(report: (write: Write) => void): Promise<FollowedWrites>;
  close(): Promise<void>;
}

export interface EmbeddedDatabaseOptions {
  /** Keeps the data between runs, which is in memory otherwise. */
  dataFolder?: string | undefined;
  /** Called with a sentence for the user when the database fails, and when it runs again. */
  tell?: ((message: string) => void) | undefined;
}

interface Follower {
  report(write: Write): void;
  followed: FollowedWrites;
}

const RETRY_MS = 1_000;

/**
 * dynalite ends its thread when a write fails, as on a full disk. What is on disk stays whole: as soon as the folder can
 * be written again, another thread goes on with it at the same endpoint.
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions = {}): Promise<Database> {
  const { tell = () => {} } = options;
  const dataFolder = options.dataFolder === undefined ? undefined : resolve(options.dataFolder);
  const followers: Follower[] = [];
  const closing = new AbortController();
  let running: DatabaseThread = await startThread({ dataFolder, port: 0 });
  const { port } = running;
  const ended = keepRunning();

  async function keepRunning(): Promise<void> {
    for (;;) {
      const failure = await running.ended;
      if (closing.signal.aborted) {
        return;
      }
      if (dataFolder === undefined) {
        tell(
          `The database has failed, and its data was in memory: ${failure?.message}. Start the stack again.`,
        );
        return;
      }
      tell(
        `The database has failed: ${failure?.message}. It goes on by itself once ${dataFolder} can be written: make room there.`,
      );
      const next = await startAgain();
      if (next === undefined) {
        return;
      }
      running = next;
      tell(`The data folder ${dataFolder} can be written again.`);
    }
  }

  async function startAgain(): Promise<DatabaseThread | undefined> {
    while (!closing.signal.aborted) {
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {});
      const next = await startThread({ dataFolder, port }).catch(() => undefined);
      if (next !== undefined) {
        await Promise.all(
          followers.map(async (follower) => {
            follower.followed = await followWrites(next.worker, follower.report);
          }),
        );
        return next;
      }
    }
    return undefined;
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    connect() {
      // An ended thread would leave the port open with nobody behind it; a call over HTTP fails, and is tried again.
      if (running.worker.threadId === -1) {
        return undefined;
      }
      const { port1, port2 } = new MessageChannel();
      running.worker.postMessage({ connection: port1 }, [port1]);
      return port2;
    },
    async followWrites(report) {
      const follower: Follower = { report, followed: await followWrites(running.worker, report) };
      followers.push(follower);
      return { caughtUp: () => follower.followed.caughtUp() };
    },
    async close() {
      closing.abort();
      running.worker.postMessage('close');
      await ended;
    },
  };
}

export function useDatabaseAt(endpoint: string): Database {
  return { endpoint, close: async () => {} };
}
