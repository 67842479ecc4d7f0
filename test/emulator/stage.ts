// A stage in the emulator: synthesised, deployed, and seen through the account's own commands.
import { readFileSync, writeFileSync } from 'node:fs';
import { leaveOut } from './leave-out.ts';
import type { Run } from './run.ts';

export interface Assembly {
  readonly folder: string;
  /** How many resources or parts of them the emulator lacks. */
  readonly leftOut: number;
}

export interface Deployed {
  /** The API by a path, since not every machine resolves names under localhost. */
  readonly MOONBORN_BASE_URL: string;
  readonly MOONBORN_TABLE: string;
}

/** The data first. */
export function stacksOf(stage: string): [string, string] {
  return [`MoonbornChatSessions-${stage}-Data`, `MoonbornChatSessions-${stage}`];
}

/**
 * @param configs of each stage by its name
 * @param folder a new one
 */
export async function synthesise(
  run: Run,
  configs: Record<string, object>,
  folder: string,
): Promise<Assembly> {
  const configFile = `${folder}.json`;
  writeFileSync(configFile, JSON.stringify(configs));
  const stages = Object.keys(configs);
  const only = stages.length === 1 ? ['--context', `stage=${stages[0]}`] : [];
  const context = ['--context', `config=${configFile}`, ...only];
  await run('npx', 'cdk', 'synth', '--quiet', '--strict', ...context, '--output', folder);
  return { folder, leftOut: stages.reduce((sum, stage) => sum + leaveOut(folder, stage), 0) };
}

export async function deploy(run: Run, stage: string, { folder }: Assembly): Promise<Deployed> {
  const outputsFile = `${folder}.outputs.json`;
  const quietly = ['--require-approval', 'never', '--outputs-file', outputsFile];
  await run('npx', 'cdk', 'deploy', ...stacksOf(stage), '--app', folder, ...quietly);
  const { ApiUrl, TableName } = JSON.parse(readFileSync(outputsFile, 'utf8'))[stacksOf(stage)[1]];
  const { hostname, port } = new URL(ApiUrl);
  const [apiId] = hostname.split('.');
  return {
    MOONBORN_BASE_URL: `https://127.0.0.1:${port}/_aws/execute-api/${apiId}`,
    MOONBORN_TABLE: TableName,
  };
}

/** Physical ids by logical ids, over both stacks. */
export type Ids = Readonly<Record<string, string>>;

export async function idsOf(run: Run, stage: string): Promise<Ids> {
  const path = 'StackResourceSummaries[].[LogicalResourceId, PhysicalResourceId]';
  const stacks = await Promise.all(
    stacksOf(stage).map((name) =>
      query(run, 'cloudformation list-stack-resources', path, '--stack-name', name),
    ),
  );
  return Object.fromEntries(stacks.flat());
}

/** @throws Error when there is none, or more than one */
export function idLike(ids: Ids, pattern: RegExp): string {
  const found = Object.entries(ids).filter(([logicalId]) => pattern.test(logicalId));
  if (found.length !== 1) {
    throw new Error(`${found.length} resources instead of one are named like ${pattern}`);
  }
  return found[0]?.[1] ?? '';
}

/** The versions that the aliases point to, by the names of the functions in the stack. */
export async function liveVersions(run: Run, stage: string): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const [id, name] of Object.entries(await idsOf(run, stage))) {
    const [, constructName] = /^(.+)Function[0-9A-F]{8}$/.exec(id) ?? [];
    if (constructName !== undefined) {
      const alias = ['--name', 'live', '--function-name', name];
      versions[constructName] = await query(run, 'lambda get-alias', 'FunctionVersion', ...alias);
    }
  }
  return versions;
}

/** @param path in JMESPath */
// biome-ignore lint/suspicious/noExplicitAny: the answers of many commands
export async function query(run: Run, command: string, path: string, ...options: string[]): Promise<any> {
  return JSON.parse(await run('aws', ...command.split(' '), ...options, '--output', 'json', '--query', path));
}
