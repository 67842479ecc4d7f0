// What is packed for Lambda can be read by the user that runs it, whatever the umask of the shell that deploys.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setAssetModes } from '../../infra/asset-modes.ts';

let assembly: string;

beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), 'moonborn-umask-'));
  const { app, context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const { status, stderr } = spawnSync('sh', ['-c', `umask 077; ${app}`], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: 'dev' }),
    },
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

afterAll(() => rmSync(assembly, { recursive: true }));

/** Of everything that is packed: the path, and its mode in octal digits. */
function modes(): [string, string][] {
  return readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.startsWith('asset.'))
    .map((path) => [path, (statSync(join(assembly, path)).mode & 0o777).toString(8)]);
}

function expectReadable(): void {
  const found = modes();
  expect(found.filter(([path]) => path.endsWith('.cjs')).length).toBeGreaterThan(0);
  for (const [path, mode] of found) {
    const expected = statSync(join(assembly, path)).isDirectory() ? '755' : '644';
    expect([path, mode]).toEqual([path, expected]);
  }
}

describe('The files of a package', () => {
  it('have modes of their own under "umask 077"', () => {
    expectReadable();
  });

  it('are mended where an earlier synthesis has left them in the same folder', () => {
    for (const [path] of modes()) {
      const file = join(assembly, path);
      chmodSync(file, statSync(file).isDirectory() ? 0o700 : 0o600);
    }
    setAssetModes(assembly);
    expectReadable();
  });
});
