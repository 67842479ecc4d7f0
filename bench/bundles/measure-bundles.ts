// How large the deployed bundles are, and what they are made of.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { authorizer, routes, unknownRoute } from '../../functions/routes.ts';
import { bundleFunctions } from '../../infra/bundle-functions.ts';

const DEBUG = join(import.meta.dirname, '..', '..', 'build', 'debug', 'lean');

/** Bytes of each file of each function. */
export type BundleBytes = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Bundle {
  readonly name: string;
  readonly files: Readonly<Record<string, Buffer>>;
}

/** @returns the bundles of this moment's code */
export async function bundles(): Promise<Bundle[]> {
  const entries = [...Object.values(routes), authorizer, unknownRoute].map(({ entry }) => entry);
  const folders = [...(await bundleFunctions(entries, 'lean'))];
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

/** @returns the largest parts of one file of a function, by what esbuild wrote down of them */
export function largestParts(name: string, file: string, count: number): [part: string, bytes: number][] {
  const debug = file === 'index.cjs' ? name : `${name}.${basename(file, '.cjs')}`;
  const metafile: Metafile = JSON.parse(readFileSync(join(DEBUG, debug, 'meta.json'), 'utf8'));
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  return Object.entries(output?.inputs ?? {})
    .map(([part, { bytesInOutput }]): [string, number] => [part.replace('node_modules/', ''), bytesInOutput])
    .sort(([, a], [, b]) => b - a)
    .slice(0, count);
}
