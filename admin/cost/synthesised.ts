// Synthesises the templates of a stage.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { entries } from '../../functions/routes.ts';
import { addStacks } from '../../infra/stacks.ts';
import { readStageConfig } from '../stage-config.ts';
import type { Template } from './deployed.ts';

/**
 * Without bundling the functions, since their code is not billed.
 * @throws Misused when there is no such stage, or the configuration is not valid.
 */
export function synthesisedTemplates(stage: string, configFile?: string): Template[] {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-cost-'));
  try {
    const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
    const app = new App({
      context,
      outdir: join(folder, 'cdk.out'),
      builtinCloudFormationValidation: false,
    });
    const noCode = join(folder, 'no-code');
    mkdirSync(noCode);
    const folders = new Map(entries.map((entry) => [entry, noCode]));
    const { data, service } = addStacks(app, readStageConfig({ stage, config: configFile }), folders);
    const assembly = app.synth();
    return [data, service].map(({ artifactId }) => assembly.getStackArtifact(artifactId).template);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
