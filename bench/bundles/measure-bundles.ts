// Measures the size of the deployed bundles and of their parts.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { entries } from '../../functions/routes.ts';
import { bundleFunctions, type DatabaseClient } from '../../infra/bundle-functions.ts';

const DEBUG = join(import.meta.dirname, '..', '..', 'build', 'debug');

/** Bytes of each file of each function. */
export type BundleBytes = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Bundle {
  readonly name: string;
  readonly files: Readonly<Record<string, Buffer>>;
}

/** @returns the bundles of the current code */
export async function bundles(client: DatabaseClient = 'lean'): Promise<Bundle[]> {
  const folders = [...(await bundleFunctions(entries, client))];
  return folders.map(([entry, folder]) => ({
    name: basename(entry, '.ts'),
    files: Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))])),
  }));
}

export function bytesOf(all: readonly Bundle[]): BundleBytes {
  return Object.fromEntries(
    all.map(({ name, files }) => [
      name,
      Object.fromEntries(Object.entries(files).map(([file, { length }]) => [file, length])),
    ]),
  );
}

export function totalBytes({ files }: Bundle): number {
  return Object.values(files).reduce((sum, { length }) => sum + length, 0);
}

export function gzippedBytes({ files }: Bundle): number {
  return Object.values(files).reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
}

/** @returns the largest parts of one file of a function, from esbuild's metafile */
export function largestParts(name: string, file: string, count: number): [part: string, bytes: number][] {
  const output = Object.values(metafileOf(name, file).outputs).find(
    ({ entryPoint }) => entryPoint !== undefined,
  );
  return Object.entries(output?.inputs ?? {})
    .map(([part, { bytesInOutput }]): [string, number] => [part.replace('node_modules/', ''), bytesInOutput])
    .sort(([, a], [, b]) => b - a)
    .slice(0, count);
}

/** @returns the paths of the source files of one bundled file of a function */
export function inputsOf(name: string, file: string, client: DatabaseClient = 'lean'): string[] {
  return Object.keys(metafileOf(name, file, client).inputs);
}

function metafileOf(name: string, file: string, client: DatabaseClient = 'lean'): Metafile {
  const debug = file === 'index.cjs' ? name : `${name}.${basename(file, '.cjs')}`;
  return JSON.parse(readFileSync(join(DEBUG, client, debug, 'meta.json'), 'utf8'));
}
