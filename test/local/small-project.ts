// A project with a CDK app that takes no time: its assembly says which run has made it, and what it was given.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from './temp-folder.ts';

/** Reads a module of a package, as the CDK is one, and leaves a metafile, as esbuild does. */
const APP = `
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import 'loaded';

const { CDK_OUTDIR: out, CDK_CONTEXT_JSON: context, ...variables } = process.env;
const metafile = { inputs: { 'node_modules/bundled/index.js': {} } };
mkdirSync('build/debug/entry', { recursive: true });
writeFileSync('build/debug/entry/meta.json', JSON.stringify(metafile));
mkdirSync(join(out, 'asset.code'), { recursive: true });
writeFileSync(join(out, 'asset.code/index.cjs'), 'exports.handler = 1;');
writeFileSync(join(out, 'manifest.json'), JSON.stringify({ run: randomUUID(), context: JSON.parse(context), variables }));
if (existsSync('saved-meanwhile')) {
  appendFileSync('functions/start.ts', '// saved while the app ran');
}
if (existsSync('patched-meanwhile')) {
  appendFileSync('node_modules/loaded/index.js', '// saved while the app ran');
}
`;

const FILES = {
  'cdk.json': '{"app": "node infra/app.mjs"}',
  'package.json': '{"type": "module"}',
  'package-lock.json': '{}',
  'tsconfig.json': '{}',
  'infra/app.mjs': APP,
  'infra/stacks/service.ts': 'export {};',
  'functions/start.ts': 'export {};',
  'functions/access/claims.ts': 'export {};',
  'node_modules/.package-lock.json': '{}',
  'node_modules/loaded/package.json': '{"main": "index.js"}',
  'node_modules/loaded/index.js': '',
  'node_modules/bundled/index.js': '',
};

export interface SmallProject {
  folder: string;
  read(name: string): string;
  write(name: string, content: string): void;
}

export function smallProject(): SmallProject {
  const folder = tempFolder();
  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  for (const [name, content] of Object.entries(FILES)) {
    write(name, content);
  }
  return { folder, write, read: (name) => readFileSync(join(folder, name), 'utf8') };
}
