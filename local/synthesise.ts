// Synthesises the CDK app for the local stack, or takes the assembly of an earlier run in which it read the same.
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from './assembly/template.ts';
import { type LocalFolder, localFolder, writePrivately } from './local-folder.ts';
import { loadSigningKey, localAudience, localClaims, localIssuer } from './session-tokens.ts';
import { assemblyCache } from './synthesis/assembly-cache.ts';
import { appVariables, runApp } from './synthesis/cdk-app.ts';
import { hashOfInputs, isHashed } from './synthesis/inputs.ts';

export interface Synthesised {
  assemblyFolder: string;
  /** The key whose public half the assembly's authorizer trusts. */
  signingKeyFile: string;
}

export interface SynthesisOptions {
  /** The folder for the assembly, its configuration and the signing key. */
  folder: string;
  stage?: string;
  /** Fields of the infrastructure's configuration, over the local ones. */
  config?: Record<string, unknown>;
  /** The folder of cdk.json: this project, unless a test has another one. */
  project?: string;
  /** The operator's file that `config` comes from, for errors. */
  configName?: string | undefined;
  /** Ends the synthesis, which then rejects with the reason. */
  stop?: AbortSignal | undefined;
}

interface ManifestMetadata {
  artifacts?: Record<string, { additionalMetadataFile?: string; metadata?: Metadata }>;
}

type Metadata = Record<string, { type: string; data: unknown }[]>;

const THIS_PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

export async function synthesise({
  stage = 'dev',
  config = {},
  project = THIS_PROJECT,
  ...options
}: SynthesisOptions): Promise<Synthesised> {
  const folder = localFolder(options.folder);
  const { assemblyFolder, configFile, signingKeyFile } = folder;
  const cacheFolder = join(project, 'build', 'assemblies');
  const cache = assemblyCache(cacheFolder);
  await writeConfig(folder, config, cacheFolder);

  const variables = appVariables(process.env);
  const hash = () => hashOfInputs(project, { stage, variables, config: readFileSync(configFile, 'utf8') });
  const key = hash();
  rmSync(assemblyFolder, { recursive: true, force: true });
  if (!cache.take(key, assemblyFolder)) {
    rmSync(assemblyFolder, { recursive: true, force: true });
    const startedAtMs = Date.now();
    const context = { stage, config: configFile, 'config-name': options.configName };
    const loaded = await runApp({ project, assemblyFolder, context, variables, stop: options.stop });
    refuseErrorsIn(assemblyFolder);
    // The nearest package.json decides the module type of a .js file. Lambda has none, and here it must not be ours.
    writeFileSync(join(assemblyFolder, 'package.json'), '{}\n');
    const modules = loaded.filter((file) => !isHashed(file, project));
    // A file that was saved in the meantime may be in the assembly as it was before, or as it is now.
    if (hash() === key && !modules.some((file) => isNewerThan(startedAtMs, file))) {
      cache.keep(key, assemblyFolder, modules);
    }
  }
  return { assemblyFolder, signingKeyFile };
}

function isNewerThan(timeMs: number, file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= timeMs;
}

async function writeConfig(
  { configFile, signingKeyFile }: LocalFolder,
  config: Record<string, unknown>,
  cacheFolder: string,
): Promise<void> {
  await shareSigningKey(signingKeyFile, join(cacheFolder, 'session-signing-key.json'));
  const { publicJwk } = await loadSigningKey(signingKeyFile);
  const sessionJwt = {
    issuer: localIssuer,
    audience: localAudience,
    jwksUri: null,
    pinnedJwks: { keys: [publicJwk] },
    claims: localClaims,
  };
  writePrivately(configFile, `${JSON.stringify({ sessionJwt, ...config }, null, 2)}\n`);
}

/** The public half is part of the configuration, so new folders share a key: otherwise each had an assembly of its own. */
async function shareSigningKey(signingKeyFile: string, sharedFile: string): Promise<void> {
  if (!existsSync(signingKeyFile)) {
    await loadSigningKey(sharedFile);
    copyFileSync(sharedFile, signingKeyFile);
  }
}

/** Like the command line, stops when a construct has reported an error. */
function refuseErrorsIn(assemblyFolder: string): void {
  const { artifacts } = readJson<ManifestMetadata>(join(assemblyFolder, 'manifest.json'));
  const errors = Object.values(artifacts ?? {}).flatMap(({ additionalMetadataFile, metadata }) => {
    const all = additionalMetadataFile
      ? readJson<Metadata>(join(assemblyFolder, additionalMetadataFile))
      : metadata;
    return Object.entries(all ?? {}).flatMap(([construct, entries]) =>
      entries.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => `${construct}: ${data}`),
    );
  });
  if (errors.length > 0) {
    throw new Error(`The stack was synthesised with errors.\n${errors.join('\n')}`);
  }
}
