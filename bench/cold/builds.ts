// The compared builds of the functions.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { bundleFunctions, bundleInto, type DatabaseClient } from '../../infra/bundle-functions.ts';
import type { ColdPath } from './paths.ts';

export const BUILDS = [
  'ours',
  'ours, client sdk',
  'NodejsFunction, sdk',
  'NodejsFunction, lean',
  'floor',
] as const;
export type Build = (typeof BUILDS)[number];

/** @returns the file that a function is loaded from. */
export type ModuleOf = (path: ColdPath, build: Build) => string;

const ROOT = join(import.meta.dirname, '..', '..');
/** Inside the project, so that external packages are found in its `node_modules`, as Lambda finds them in the runtime. */
const OUT = join(ROOT, 'build', 'bench');

export async function buildAll(paths: readonly ColdPath[]): Promise<ModuleOf> {
  const withSdk = await bundleFunctions([...new Set(paths.map(({ entry }) => entry))], 'sdk');
  const sdkByNodejsFunction = buildByNodejsFunction(
    'sdk',
    paths.map(({ entryLoadingSdk }) => entryLoadingSdk),
  );
  const leanByNodejsFunction = buildByNodejsFunction(
    'lean',
    paths.map(({ entry }) => entry),
  );
  const floor = await buildFloor();
  return ({ entry, entryLoadingSdk, lambda }, build) => {
    switch (build) {
      case 'ours':
        return join(lambda.codeFolder, 'index.cjs');
      case 'ours, client sdk':
        return join(found(withSdk, entry), 'index.cjs');
      case 'NodejsFunction, sdk':
        return found(sdkByNodejsFunction, entryLoadingSdk);
      case 'NodejsFunction, lean':
        return found(leanByNodejsFunction, entry);
      case 'floor':
        return floor;
    }
  };
}

function found(files: ReadonlyMap<string, string>, entry: string): string {
  const file = files.get(entry);
  if (file === undefined) {
    throw new Error(`${entry} was not built`);
  }
  return file;
}

/**
 * The defaults of `NodejsFunction`: external AWS SDK, CommonJS, not minified.
 * @returns the module of each entry
 */
function buildByNodejsFunction(client: DatabaseClient, entries: readonly string[]): Map<string, string> {
  const outdir = join(OUT, 'nodejs-function', client);
  const app = new App({ outdir, context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'Defaults');
  for (const entry of new Set(entries)) {
    new NodejsFunction(stack, basename(entry), {
      entry: join(ROOT, 'functions', entry),
      description: entry,
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { logLevel: LogLevel.SILENT, esbuildArgs: { '--conditions': client } },
    });
  }
  const { Resources } = app.synth().getStackByName('Defaults').template as SynthesisedFunctions;
  // The nearest package.json decides the module type of a .js file. Lambda has none, and here it must not be ours.
  writeFileSync(join(outdir, 'package.json'), '{}\n');
  return new Map(
    Object.values(Resources).flatMap(({ Properties, Metadata }) =>
      Properties.Description === undefined || Metadata === undefined
        ? []
        : [[Properties.Description, join(outdir, Metadata['aws:asset:path'], 'index.js')]],
    ),
  );
}

interface SynthesisedFunctions {
  readonly Resources: Record<
    string,
    { Properties: { Description?: string }; Metadata?: { 'aws:asset:path': string } }
  >;
}

/** Bundled in the same way as the functions. */
async function buildFloor(): Promise<string> {
  const folder = join(OUT, 'floor');
  await bundleInto(folder, join(import.meta.dirname, '..', 'baselines', 'floor.ts'), 'lean');
  return join(folder, 'index.cjs');
}
