// An empty project with the packed package installed, as a caller would have it.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);

export type EmptyProject = {
  folder: string;
  write(file: string, text: string): Promise<string>;
  run(program: string, args: string[], env?: Record<string, string>): Promise<string>;
  remove(): Promise<void>;
};

export async function emptyProject(): Promise<EmptyProject> {
  const folder = await mkdtemp(join(tmpdir(), 'moonborn-sdk-'));
  const run: EmptyProject['run'] = async (program, args, env = {}) => {
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await execute(program, args, {
      cwd: folder,
      env: { PATH, HOME, ...env },
      timeout: 300_000,
    });
    return stdout;
  };
  const write: EmptyProject['write'] = async (file, text) => {
    await writeFile(join(folder, file), text);
    return join(folder, file);
  };

  await execute('npm', ['pack', '--pack-destination', folder], { cwd: packageFolder });
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await write('package.json', '{ "private": true }');
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`]);
  return { folder, run, write, remove: () => rm(folder, { recursive: true }) };
}
