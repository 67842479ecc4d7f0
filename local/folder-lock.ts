// The lock of a folder: at most one local stack starts or runs in it.
//
// A lock is a file that names its process and a port of the loopback interface on which that process listens for as long
// as it holds the lock. A file whose process is gone is stale, and so is one whose process id belongs to another process
// now. Nobody removes a stale lock before holding the next one: its number is one higher, and only one can create it.
import { once } from 'node:events';
import { linkSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type LocalFolder, type RunningStack, removeRunFiles, writePrivately } from './local-folder.ts';

export interface FolderLock {
  /** Removes the files that describe the run, and then the lock. */
  close(): Promise<void>;
}

export interface Holder {
  pid: number;
  port: number;
}

interface LockFile {
  file: string;
  number: number;
}

const LOCK_FILE = /^lock\.(\d+)$/;

/** @throws Error when another stack holds the lock: which one, and how to stop it. */
export async function lockFolder(folder: LocalFolder): Promise<FolderLock> {
  const server = createServer((socket) => socket.destroy()).unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const mine: Holder = { pid: process.pid, port: (server.address() as AddressInfo).port };
  try {
    const file = await claim(folder, mine);
    const release = () => {
      removeRunFiles(folder);
      rmSync(file, { force: true });
    };
    // A second Ctrl-C or a defect ends the process without closing anything.
    process.once('exit', release);
    removeRunFiles(folder);
    return {
      async close() {
        process.removeListener('exit', release);
        release();
        server.close();
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** @returns `undefined` when no stack starts or runs in the folder. */
export async function holderOf(path: string): Promise<Holder | undefined> {
  for (const { file } of locksIn(path)) {
    const holder = readHolder(file);
    if (holder !== undefined && (await stillHolds(holder))) {
      return holder;
    }
  }
  return undefined;
}

export async function stillHolds({ pid, port }: Holder): Promise<boolean> {
  return isAlive(pid) && (await listensAt(port));
}

/** @returns the file of the lock that is held now. */
async function claim(folder: LocalFolder, mine: Holder): Promise<string> {
  for (;;) {
    const earlier = locksIn(folder.path);
    await refuseHeld(folder);
    const file = join(folder.path, `lock.${Math.max(0, ...earlier.map(({ number }) => number)) + 1}`);
    if (!createWhole(file, JSON.stringify(mine))) {
      continue;
    }
    for (const stale of earlier) {
      rmSync(stale.file, { force: true });
    }
    // One who started to look before this one's predecessor was gone may have taken another number in the meantime.
    if (locksIn(folder.path).length === 1) {
      return file;
    }
    rmSync(file);
  }
}

async function refuseHeld({ path, stackFile }: LocalFolder): Promise<void> {
  const holder = await holderOf(path);
  if (holder === undefined) {
    return;
  }
  const baseUrl = readBaseUrl(stackFile);
  throw new Error(
    baseUrl === undefined
      ? `A local stack is starting already (process ${holder.pid}, folder ${path}). Wait for that one, or stop it: npm start -- --stop`
      : `A local stack is running already: ${baseUrl} (process ${holder.pid}, folder ${path}). Use that one, or stop it: npm start -- --stop`,
  );
}

function locksIn(path: string): LockFile[] {
  return readdirSync(path).flatMap((name) => {
    const [, number] = LOCK_FILE.exec(name) ?? [];
    return number === undefined ? [] : [{ file: join(path, name), number: Number(number) }];
  });
}

/** A link appears with its content, and only where there is no file. @returns whether this call created it. */
function createWhole(file: string, text: string): boolean {
  const whole = `${file}.${process.pid}`;
  writePrivately(whole, text);
  try {
    linkSync(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** @returns `undefined` when the lock has been released in the meantime. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function readBaseUrl(stackFile: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(stackFile, 'utf8')) as RunningStack).baseUrl;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function listensAt(port: number): Promise<boolean> {
  return new Promise((found) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      found(true);
    });
    socket.on('error', () => found(false));
  });
}
