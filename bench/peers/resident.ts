// The resident memory of a process and of those that it has started.
import { readdirSync, readFileSync } from 'node:fs';

/** @returns megabytes; NaN where the system has no /proc */
export function residentMb(root: number): number {
  let processes: { pid: number; parent: number; kb: number }[];
  try {
    processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStatus);
  } catch {
    return Number.NaN;
  }
  const family = new Set([root]);
  for (let grew = true; grew; ) {
    const before = family.size;
    for (const { pid, parent } of processes) {
      if (family.has(parent)) {
        family.add(pid);
      }
    }
    grew = family.size > before;
  }
  return processes.reduce((sum, { pid, kb }) => sum + (family.has(pid) ? kb : 0), 0) / 1024;
}

/** A process may end while it is read. */
function readStatus(pid: string) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return [{ pid: Number(pid), parent: field('PPid'), kb: field('VmRSS') }];
  } catch {
    return [];
  }
}
