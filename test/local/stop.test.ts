// A start that is stopped before it is complete: by each signal, by the death of its parent, by `--stop`.
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leftBehind, MAIN, type Start, start, startByNpm, startProgram, until } from './npm-start.ts';
import { tempFolder } from './temp-folder.ts';

/** A database that never answers: no start is complete before it is stopped, however fast the rest is. */
const silentDatabase = createServer();
let begin: Record<string, string>;

beforeAll(async () => {
  await once(silentDatabase.listen(0, '127.0.0.1'), 'listening');
  const { port } = silentDatabase.address() as AddressInfo;
  begin = { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
});

afterAll(() => {
  silentDatabase.close();
});

/** Processes of this machine whose environment names the folder: a synthesis that goes on. */
function workingFor(cwd: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`CDK_OUTDIR=${cwd}`);
    } catch {
      return false;
    }
  });
}

async function untilBegun(cwd: string, starting: Start): Promise<void> {
  await until('Find the database', starting);
  expect(leftBehind(cwd)).toEqual(['lock.1']);
}

describe('A start that has only begun', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops on %s and leaves nothing of an earlier run',
    async (signal) => {
      const cwd = tempFolder();
      mkdirSync(join(cwd, '.local'));
      writeFileSync(join(cwd, '.local/env'), 'MOONBORN_API_KEY=of-a-run-that-was-killed\n');
      const begun = start(cwd, [], begin);
      await untilBegun(cwd, begun);
      begun.child.kill(signal);
      expect(await begun.ended).toBe(0);
      expect(begun.output()).toContain('Stopped before the stack was ready.');
      expect(begun.output()).not.toContain('Ready in');
      expect(leftBehind(cwd)).toEqual([]);
      expect(workingFor(cwd)).toEqual([]);
    },
  );

  it('stops when npm is told to, as by "npm start & kill $!"', async () => {
    const cwd = tempFolder();
    const begun = startByNpm(cwd, [], begin);
    await untilBegun(cwd, begun);
    begun.child.kill('SIGTERM');
    await begun.ended;
    expect(begun.output()).toContain('Stopped before the stack was ready.');
    expect(leftBehind(cwd)).toEqual([]);
  });

  it('stops when the shell that started it is killed', async () => {
    const cwd = tempFolder();
    const begun = startProgram('sh', ['-c', `"${process.execPath}" "${MAIN}"; true`], cwd, begin);
    await untilBegun(cwd, begun);
    begun.child.kill('SIGKILL');
    await begun.ended;
    expect(begun.output()).toContain('Stopped before the stack was ready.');
    expect(leftBehind(cwd)).toEqual([]);
  });
});

describe('Two starts at the same moment in one folder', () => {
  it('are one that runs and one that is refused, which takes nothing of the other along', async () => {
    const cwd = tempFolder();
    const both = [start(cwd, [], begin), start(cwd, [], begin)];
    const refused = await Promise.race(both.map((one) => one.ended.then(() => one)));
    expect(refused.child.exitCode).toBe(1);
    expect(refused.output()).toMatch(
      /error: A local stack is starting already \(process \d+, folder .*--stop/,
    );
    expect(refused.output()).not.toContain('Synthesise');
    expect(leftBehind(cwd)).toEqual([expect.stringMatching(/^lock\./)]);
    const [other] = both.filter((one) => one !== refused);
    const stop = start(cwd, ['--stop']);
    expect(await stop.ended).toBe(0);
    expect(stop.output()).toContain(
      `Stopped the local stack in ${join(cwd, '.local')} (process ${other?.child.pid})`,
    );
    expect(await other?.ended).toBe(0);
    expect(leftBehind(cwd)).toEqual([]);
  });
});

describe('npm start -- --stop', () => {
  it('says that nothing runs, and removes what a killed run has left', async () => {
    const cwd = tempFolder();
    const killed = start(cwd, [], begin);
    await untilBegun(cwd, killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(leftBehind(cwd)).toEqual(['lock.1']);
    const stop = start(cwd, ['--stop']);
    expect(await stop.ended).toBe(0);
    expect(stop.output()).toBe(`No local stack runs in ${join(cwd, '.local')}.\n`);
    expect(leftBehind(cwd)).toEqual([]);
  });
});
