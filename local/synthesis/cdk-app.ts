// Runs the app of cdk.json, as the CDK command line would, without the command line.
//
// The command line reads cdk.json, runs its app with the context and the output folder in two variables, and then
// deploys the assembly. Running the app directly gives the same cloud assembly in half the time.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { readJson } from '../assembly/template.ts';

interface CdkJson {
  app: string;
  context?: Record<string, unknown>;
}

/** Variables that Node, the CDK and esbuild read. The app gets no others, so it depends on no others. */
const PASSED_ON = /^(NODE(?!_COMPILE_CACHE)|CDK|JSII|ESBUILD)_/;
const FOR_PROCESSES = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'ComSpec'];

/** @returns the variables that may change what the app makes. */
export function appVariables(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const passedOn = Object.entries(environment).filter(([name]) => PASSED_ON.test(name));
  // AWS's rules for templates take three quarters of the time, and change nothing. `cdk synth` and the tests check them.
  return { ...Object.fromEntries(passedOn), CDK_VALIDATION: 'false' };
}

export interface AppRun {
  project: string;
  assemblyFolder: string;
  /** Over the context of cdk.json and cdk.context.json. */
  context: Record<string, unknown>;
  variables: Record<string, string | undefined>;
  /** Ends the app; the run then rejects with the reason. */
  stop?: AbortSignal | undefined;
}

/** @returns the files that the app has loaded as modules, or bundled. */
export async function runApp(run: AppRun): Promise<string[]> {
  const { project, assemblyFolder, stop } = run;
  const { app, context } = readJson<CdkJson>(join(project, 'cdk.json'));
  const lookedUp = join(project, 'cdk.context.json');
  const modulesFile = `${assemblyFolder}.modules.json`;
  const processVariables = FOR_PROCESSES.map((name) => [name, process.env[name]]);
  // A shell that became the app passes on the signal that ends it.
  const child = spawn(process.platform === 'win32' ? app : `exec ${app}`, {
    shell: true,
    ...(stop === undefined ? {} : { signal: stop }),
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(processVariables),
      ...run.variables,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      NODE_OPTIONS: `${run.variables.NODE_OPTIONS ?? ''} --import ${new URL('record-modules.mjs', import.meta.url)}`,
      NODE_COMPILE_CACHE: join(project, 'build', 'compile-cache'),
      LOADED_MODULES_FILE: modulesFile,
      CDK_OUTDIR: assemblyFolder,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...(existsSync(lookedUp) ? readJson<object>(lookedUp) : {}),
        ...context,
        ...run.context,
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
  const modules = readJson<string[]>(modulesFile);
  rmSync(modulesFile);
  return [...modules, ...bundledFiles(project)];
}

/** esbuild is no Node process. Its metafiles, beside the bundles' source maps, name what it has read. */
function bundledFiles(project: string): string[] {
  const folder = join(project, 'build', 'debug');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name) === 'meta.json')
    .flatMap((name) => Object.keys(readJson<{ inputs: object }>(join(folder, name)).inputs))
    .map((input) => join(project, input));
}
