// Runs a peer as a process, until it makes its first thread.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/free-port.ts';
import type { Peer } from './peers.ts';

export interface RunningPeer {
  readonly baseUrl: string;
  readonly pid: number;
  /** From the start of the process to its first good answer. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const READY_MS = 60_000;
const ASK_AGAIN_MS = 20;

/** @throws Error with the end of its output when it ends, or is not ready after a minute */
export async function runPeer(peer: Peer, folder: string): Promise<RunningPeer> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const [program, ...args] = peer.command(port);
  const startedMs = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...peer.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output = (output + text).slice(-2_000);
    });
  }
  const stop = () => end(child);
  while (!(await makesThreads(peer, baseUrl))) {
    if (child.exitCode !== null || performance.now() - startedMs > READY_MS) {
      await stop();
      throw new Error(`${peer.name} does not start. The end of its output:\n${output}`);
    }
    await sleep(ASK_AGAIN_MS);
  }
  return { baseUrl, pid: child.pid ?? 0, readyMs: performance.now() - startedMs, stop };
}

async function makesThreads({ call }: Peer, baseUrl: string): Promise<boolean> {
  try {
    const { headers, body } = call;
    return (await fetch(baseUrl + call.path, { method: 'POST', headers, body })).ok;
  } catch {
    return false;
  }
}

/** Ends the whole process group: a peer may have started processes of its own. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await exited;
  }
}
