// The lock of a folder: one holder, whoever else asks at the same moment, and none after a crash.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FolderLock, lockFolder } from '../../local/folder-lock.ts';
import { localFolder } from '../../local/local-folder.ts';
import { tempFolder } from './temp-folder.ts';

const deadPid = () => spawnSync(process.execPath, ['--version']).pid;
const NOBODY_LISTENS = 1;

function locksIn(path: string): string[] {
  return readdirSync(path).filter((name) => name.startsWith('lock.'));
}

describe('The lock of a folder', () => {
  it.each([
    ['none', undefined],
    ['that of a process that is gone', () => JSON.stringify({ pid: deadPid(), port: NOBODY_LISTENS })],
    [
      'that of a process id that another process has now',
      () => JSON.stringify({ pid: process.pid, port: NOBODY_LISTENS }),
    ],
    ['one that cannot be read', () => '{"pid": 1'],
  ])('goes to one of many that ask at the same moment, where there is %s', async (_case, stale) => {
    const folder = localFolder(tempFolder());
    if (stale !== undefined) {
      writeFileSync(join(folder.path, 'lock.7'), stale());
    }
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(held).toHaveLength(1);
    expect(locksIn(folder.path)).toEqual([stale === undefined ? 'lock.1' : 'lock.8']);
    for (const one of asked) {
      if (one.status === 'rejected') {
        expect(String(one.reason)).toContain(
          `A local stack is starting already (process ${process.pid}, folder`,
        );
      }
    }
    await held[0]?.close();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('can be taken again and again, and what describes a run goes with it', async () => {
    const folder = localFolder(tempFolder());
    for (const round of [1, 2, 3]) {
      const lock: FolderLock = await lockFolder(folder);
      writeFileSync(folder.envFile, String(round));
      await expect(lockFolder(folder)).rejects.toThrow(/is starting already/);
      expect(readFileSync(folder.envFile, 'utf8')).toBe(String(round));
      await lock.close();
      expect(readdirSync(folder.path)).toEqual([]);
    }
  });

  it('goes with a process that ends without closing anything', () => {
    const folder = localFolder(tempFolder());
    const program = `
      import { writeFileSync } from 'node:fs';
      import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../local/folder-lock.ts'))};
      import { localFolder } from ${JSON.stringify(join(import.meta.dirname, '../../local/local-folder.ts'))};
      const folder = localFolder(${JSON.stringify(folder.path)});
      await lockFolder(folder);
      writeFileSync(folder.envFile, '');
      process.exit(130);`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(130);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
