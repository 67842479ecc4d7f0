// Leaves out of an assembly what the emulator lacks, and counts it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly UpdatePolicy?: unknown;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Lack {
  readonly name: string;
  readonly reason: string;
  /** In the templates of one stage: neither more nor fewer. */
  readonly count: number;
  concerns(resource: Resource): boolean;
  /** What is left of the resource; nothing when it is absent. */
  readonly leaves?: (resource: Resource) => Resource;
}

/** A count that grows needs its reason again. */
const lacks: readonly Lack[] = [
  {
    name: 'CodeDeploy application and deployment groups',
    reason: 'no AWS::CodeDeploy in its CloudFormation',
    count: 14,
    concerns: ({ Type }) => Type.startsWith('AWS::CodeDeploy::'),
  },
  {
    name: 'update policies of aliases',
    reason: 'they name the deployment groups',
    count: 13,
    concerns: ({ UpdatePolicy }) => UpdatePolicy !== undefined,
    leaves: ({ UpdatePolicy: _, ...resource }) => resource,
  },
  {
    name: 'alarms on metric math',
    reason: 'alarms on one metric only in its CloudFormation',
    count: 1,
    concerns: ({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined,
  },
  {
    name: 'reading from the stream in tumbling windows (the mapping is disabled)',
    reason: 'batches without their window, which CountUsage refuses',
    count: 1,
    concerns: ({ Properties }) => Properties?.TumblingWindowInSeconds !== undefined,
    leaves: (resource) => ({ ...resource, Properties: { ...resource.Properties, Enabled: false } }),
  },
];

/**
 * @param folder an assembly, which is changed
 * @returns how many resources or parts of them were left out
 * @throws Error when more or fewer than listed were
 */
export function leaveOut(folder: string, stage: string): number {
  const counts = new Map(lacks.map((lack) => [lack, 0]));
  const ofStage = new RegExp(`-${stage}(-Data)?[.]template[.]json$`);
  for (const file of readdirSync(folder).filter((name) => ofStage.test(name))) {
    const template = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const [id, resource] of Object.entries<Resource>(template.Resources)) {
      for (const lack of lacks.filter(({ concerns }) => concerns(resource))) {
        counts.set(lack, (counts.get(lack) ?? 0) + 1);
        template.Resources[id] = lack.leaves?.(resource);
      }
    }
    writeFileSync(join(folder, file), JSON.stringify(template));
  }
  const wrong = [...counts].filter(([{ count }, found]) => found !== count);
  if (wrong.length > 0) {
    const lines = wrong.map(([{ name, count }, found]) => `${name}: ${found} instead of ${count}`);
    throw new Error(
      `Other things are left out of ${stage} than test/emulator/leave-out.ts lists:\n${lines.join('\n')}\n` +
        'Change the count there if the reason still holds.',
    );
  }
  return [...counts.values()].reduce((sum, found) => sum + found, 0);
}
