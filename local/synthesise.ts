// Synthesises the CDK app for the local stack, as the CDK command line would, without the command line.
//
// The command line reads cdk.json, runs its app with the context and the output folder in two variables, and then
// deploys the assembly. Running the app directly gives the same cloud assembly in half the time.
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from './assembly/template.ts';
import { type LocalFolder, localFolder, writePrivately } from './local-folder.ts';
import { loadSigningKey, localAudience, localClaims, localIssuer } from './session-tokens.ts';

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
  /** The operator's file that `config` comes from, for errors. */
  configName?: string | undefined;
  /** Ends the synthesis, which then rejects with the reason. */
  stop?: AbortSignal | undefined;
}

interface CdkJson {
  app: string;
  context?: Record<string, unknown>;
}

interface ManifestMetadata {
  artifacts?: Record<string, { additionalMetadataFile?: string; metadata?: Metadata }>;
}

type Metadata = Record<string, { type: string; data: unknown }[]>;

const PROJECT_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

export async function synthesise(options: SynthesisOptions): Promise<Synthesised> {
  const folder = localFolder(options.folder);
  await writeConfig(folder, options.config ?? {});
  rmSync(folder.assemblyFolder, { recursive: true, force: true });
  await runApp(folder, options);
  refuseErrorsIn(folder.assemblyFolder);
  // The nearest package.json decides the module type of a .js file. Lambda has none, and here it must not be ours.
  writeFileSync(join(folder.assemblyFolder, 'package.json'), '{}\n');
  return { assemblyFolder: folder.assemblyFolder, signingKeyFile: folder.signingKeyFile };
}

async function writeConfig(folder: LocalFolder, config: Record<string, unknown>): Promise<void> {
  const { publicJwk } = await loadSigningKey(folder.signingKeyFile);
  const sessionJwt = {
    issuer: localIssuer,
    audience: localAudience,
    jwksUri: null,
    pinnedJwks: { keys: [publicJwk] },
    claims: localClaims,
  };
  writePrivately(folder.configFile, `${JSON.stringify({ sessionJwt, ...config }, null, 2)}\n`);
}

async function runApp(
  folder: LocalFolder,
  { stage = 'dev', configName, stop }: SynthesisOptions,
): Promise<void> {
  const { app, context } = readJson<CdkJson>(join(PROJECT_FOLDER, 'cdk.json'));
  const lookedUp = join(PROJECT_FOLDER, 'cdk.context.json');
  // A shell that became the app passes on the signal that ends it.
  const child = spawn(process.platform === 'win32' ? app : `exec ${app}`, {
    shell: true,
    ...(stop === undefined ? {} : { signal: stop }),
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      CDK_OUTDIR: folder.assemblyFolder,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...(existsSync(lookedUp) ? readJson<object>(lookedUp) : {}),
        ...context,
        stage,
        config: folder.configFile,
        'config-name': configName,
      }),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((ended, failed) => {
    // A child that is being stopped reports that first, and may still write until it is closed.
    child.on('error', (error) => stop?.aborted || failed(error));
    child.on('close', ended);
  });
  stop?.throwIfAborted();
  if (code !== 0) {
    throw new Error(`The stack could not be synthesised ("${app}" ended with ${code}).\n${output.trim()}`);
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
