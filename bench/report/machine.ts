// The conditions of a measurement: the machine, its load, and the versions of the software.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGES = [
  '@aws-sdk/client-dynamodb',
  '@middy/core',
  'aws-jwt-verify',
  'aws4',
  'aws-cdk-lib',
  'dynalite',
  'esbuild',
  'zod',
] as const;

export interface Machine {
  readonly measuredAt: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The load average of the last minute before the run. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  return {
    measuredAt: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, installedVersion(name)])),
    loadBefore: currentLoad(),
  };
}

export function currentLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

export function describeMachine(machine: Machine): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}`,
    `commit ${machine.commit}, load before ${machine.loadBefore}`,
    versions.join(', '),
  ].join('\n');
}

function commit(): string {
  try {
    const options = { cwd: ROOT, encoding: 'utf8' } as const;
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const changed = execFileSync('git', ['status', '--porcelain', 'functions', 'infra', 'local'], options);
    return changed === '' ? hash : `${hash} with changes`;
  } catch {
    return 'unknown';
  }
}

function installedVersion(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}
