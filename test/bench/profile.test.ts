// The parts of a CPU profile: a real bundle of esbuild with its source map, and a profile of known samples.
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { partsOf } from '../../bench/profile/attribute.ts';

const folder = mkdtempSync(join(tmpdir(), 'profile-'));
const bundle = join(folder, 'index.cjs');

function frame(functionName: string, url: string, columnNumber = 0) {
  return { functionName, url, columnNumber, lineNumber: 0, scriptId: '0' };
}

it('gives Node’s work to the source that caused it, and leaves out idle time', async () => {
  writeFileSync(join(folder, 'start.ts'), 'export function start() { return JSON.stringify(process.argv); }');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'start.ts')],
    outfile: bundle,
    sourcemap: 'external',
    minify: true,
    format: 'cjs',
    write: false,
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  writeFileSync(`${bundle}.map`, text('.map'));
  const start = frame('start', bundle, text('.cjs').indexOf('(){return JSON'));
  const callFrames: [Profiler.ProfileNode['callFrame'], parent?: number][] = [
    [frame('(root)', '')],
    [start, 1],
    [frame('request', 'node:https'), 2],
    [frame('compileForInternalLoader', 'node:internal/bootstrap/realm'), 2],
    [frame('', 'node:crypto'), 4],
    [frame('compileForInternalLoader', 'node:internal/bootstrap/realm'), 5],
    [frame('', 'node:stream'), 6],
    [frame('onread', 'node:net'), 1],
    [frame('(idle)', ''), 1],
    [frame('(garbage collector)', ''), 1],
  ];
  const nodes = callFrames.map(([callFrame], index) => ({
    id: index + 1,
    callFrame,
    children: callFrames.flatMap(([, parent], child) => (parent === index + 1 ? [child + 1] : [])),
  }));
  const samples = [2, 3, 5, 7, 8, 9, 10];
  const timeDeltas = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];

  const parts = partsOf({ nodes, samples, timeDeltas, startTime: 0, endTime: 127_000 }, (file) =>
    file === 'index.cjs' ? `${bundle}.map` : undefined,
  );

  expect(parts).toEqual({
    'start.ts': 3,
    'Node: load of node:crypto': 12,
    'Node: sockets, TLS, events': 16,
    'V8 (garbage collector)': 64,
  });
});
