// What a stack does when its files can't be written, and when they are found unreadable.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLineLog } from '../../local/line-log.ts';
import { writePrivately } from '../../local/local-folder.ts';
import { readEnv, start, until, untilReady } from './npm-start.ts';
import { tempFolder } from './temp-folder.ts';

/** Linux can take away the room of a running process: no file of it may grow beyond so many bytes. */
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

function limitFiles(pid: number | undefined, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

describe.skipIf(!canLimit)('A stack without room for its data', () => {
  it('says so on the terminal, answers 503, and goes on when there is room', async () => {
    const cwd = tempFolder();
    const dataFolder = join(cwd, 'data');
    const stack = start(cwd, ['--data', dataFolder, '--quiet']);
    await untilReady(stack);
    const { MOONBORN_BASE_URL, MOONBORN_API_KEY, MOONBORN_PERSONA_ID } = readEnv(cwd);
    const startSession = () =>
      fetch(`${MOONBORN_BASE_URL}/v1/personas/${MOONBORN_PERSONA_ID}/chat/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MOONBORN_API_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ personaId: MOONBORN_PERSONA_ID }),
      });
    expect((await startSession()).status).toBe(201);

    limitFiles(stack.child.pid, '1');
    const refused = await startSession();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    await until('The database has failed: ', stack);
    expect(stack.output()).toContain(
      `It goes on by itself once ${dataFolder} can be written: make room there.`,
    );

    limitFiles(stack.child.pid, 'unlimited');
    await until(`The data folder ${dataFolder} can be written again.`, stack);
    const answer = await startSession();
    expect(answer.status).toBe(201);
    stack.child.kill('SIGINT');
    expect(await stack.ended).toBe(0);
  });
});

describe('A data folder that cannot be used', () => {
  it.each([
    ['under a folder in which nothing can be made', '/proc/moonborn/data', 'cannot be made: ENOENT'],
    ['under a file', '/dev/null/data', 'cannot be made: ENOTDIR'],
    ['that is a file', '/dev/null', 'cannot be used: '],
  ])('%s is refused before the synthesis', async (_case, folder, reason) => {
    const refused = start(tempFolder(), ['--data', folder]);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`error: The data folder ${folder} ${reason}`);
    expect(refused.output()).not.toContain('Synthesise');
  });
});

describe('A file of the stack', () => {
  it.skipIf(!canLimit)('is replaced whole or stays as it was', () => {
    const file = join(tempFolder(), 'state.json');
    writePrivately(file, '{"as": "it was"}');
    const program = `
      const { writePrivately } = await import(${JSON.stringify(join(import.meta.dirname, '../../local/local-folder.ts'))});
      writePrivately(${JSON.stringify(file)}, 'x'.repeat(100));`;
    const { status, stderr } = spawnSync(
      'prlimit',
      ['--fsize=50', process.execPath, '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain(`${file} cannot be written: EFBIG`);
    expect(status).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('{"as": "it was"}');
    expect(readdirSync(dirname(file))).toEqual(['state.json']);
  });

  it.each([
    ['cut short', '{"kty":"EC","x":"'],
    ['empty', ''],
    ['of another kind', '{}'],
  ])('that is %s is named, with what to do', async (_case, text) => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, '.local'));
    const file = join(cwd, '.local/session-signing-key.json');
    writeFileSync(file, text);
    const refused = start(cwd);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(
      `${file} is not the key that the local stack has written. Delete it: `,
    );
  });
});

describe('A log of lines', () => {
  it('has them in their order, also those that come while others are written', async () => {
    const file = join(tempFolder(), 'lines.log');
    const log = openLineLog(file);
    const lines = Array.from({ length: 50 }, (_, n) => `line ${n}`);
    for (const line of lines.slice(0, 25)) {
      log.append(line);
    }
    await new Promise((written) => setTimeout(written, 150));
    for (const line of lines.slice(25)) {
      log.append(line);
    }
    await log.close();
    expect(readFileSync(file, 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(log.latest()).toEqual(lines);
  });

  it('lacks those that could not be written, and says how many', async () => {
    const file = join(tempFolder(), 'lines.log');
    const log = openLineLog(file);
    rmSync(file);
    mkdirSync(file);
    log.append('lost');
    log.append('lost too');
    await log.close();
    rmdirSync(file);
    log.append('written');
    await log.close();
    expect(readFileSync(file, 'utf8')).toBe(
      '(2 lines are missing: the file could not be written)\nwritten\n',
    );
    expect(log.latest()).toEqual(['lost', 'lost too', 'written']);
  });
});
