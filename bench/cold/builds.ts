// The same functions, built in the ways that are compared.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { authorizer, routes, unknownRoute } from '../../functions/routes.ts';
import { bundleInto } from '../../infra/bundle-functions.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** In the project, so that what a bundle leaves out is found in its `node_modules`, as on Lambda in the runtime's. */
const OUT = join(ROOT, 'build', 'bench');

/** Where a session JWT is measured, which needs no SDK, the defaults are those of an authorizer that loads it first. */
export const AUTHORIZER_WITH_SDK = '../bench/baselines/authorize-with-sdk.ts';

const ENTRIES = [...Object.values(routes), authorizer, unknownRoute, { entry: AUTHORIZER_WITH_SDK }].map(
  ({ entry }) => entry,
);

/** @returns the module of each entry as `NodejsFunction` bundles it by itself: SDK outside, CommonJS, not minified. */
export function buildByNodejsFunction(): Map<string, string> {
  const outdir = join(OUT, 'nodejs-function');
  const app = new App({ outdir, context: { 'aws:cdk:enable-asset-metadata': true } });
  const stack = new Stack(app, 'Defaults');
  for (const entry of ENTRIES) {
    new NodejsFunction(stack, basename(entry), {
      entry: join(ROOT, 'functions', entry),
      description: entry,
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      bundling: { logLevel: LogLevel.SILENT },
    });
  }
  const { Resources } = app.synth().getStackByName('Defaults').template as SynthesisedFunctions;
  // The nearest package.json decides what a .js file is. On Lambda there is none, and here it must not be ours.
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

/** @returns the module of a baseline, bundled as the functions are, but with the whole SDK. */
export async function buildBaseline(name: 'floor' | 'sdk-alone'): Promise<string> {
  const folder = join(OUT, name);
  await bundleInto(folder, join(import.meta.dirname, '..', 'baselines', `${name}.ts`), 'lean');
  return join(folder, 'index.cjs');
}
