// Bundles the functions and synthesises the stack once, for all tests of the template.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { TestProject } from 'vitest/node';
import { entries } from '../../functions/routes.ts';
import { bundleFunctions } from '../../infra/bundle-functions.ts';
import { loadConfig } from '../../infra/config.ts';
import { addStacks } from '../../infra/stacks.ts';
import type { Synthesis, Template } from './template.ts';

export default async function synthesise(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-synthesis-'));
  const privateKeyPem = await configure(join(folder, 'config.json'));
  const folders = await bundleFunctions(entries, 'lean');
  project.provide('synthesis', {
    dev: synthesiseStage(join(folder, 'dev'), folders, 'dev'),
    prod: synthesiseStage(join(folder, 'prod'), folders, 'prod'),
    configured: synthesiseStage(join(folder, 'configured'), folders, 'prod', join(folder, 'config.json')),
    privateKeyPem,
  });
  return () => rmSync(folder, { recursive: true });
}

/** Writes a configuration with everything that an operator may set; the pinned key's private half is returned. */
async function configure(file: string): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const config = {
    sessionJwt: {
      issuer: 'https://issuer.example/',
      audience: 'moonborn',
      jwksUri: null,
      pinnedJwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' }] },
      claims: { org: 'org' },
    },
    apiKeys: { rememberSeconds: 0 },
    expiry: { unusedDays: 7, idleDays: 30, endedDays: 90 },
    cors: { allowOrigins: ['https://app.example.com'] },
    throttle: { rateLimit: 7, burstLimit: 9 },
    accessLog: { identifiesCallers: false },
    logRetentionDays: 30,
    logLevel: 'DEBUG',
    rollout: 'Linear10PercentEvery1Minute',
    alarms: { emails: ['operators@example.com'], serverErrorsPerMinute: 9, p99LatencyMs: 700 },
    endpoints: { memoryMb: 1024, timeoutSeconds: 20, reservedConcurrency: 50 },
    authorizer: { memoryMb: 256 },
    limits: {
      plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
      defaultPlan: 'free',
    },
    sessionsByUser: true,
    usage: true,
    events: { busName: 'moonborn-events' },
  };
  writeFileSync(file, JSON.stringify(config));
  return exportPKCS8(privateKey);
}

/** As the CLI has it: templates say which construct a resource is of, and where its code lies. */
const CLI_CONTEXT = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

export function synthesiseStage(
  outdir: string,
  folders: ReadonlyMap<string, string>,
  stage: string,
  file?: string,
): Synthesis {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ context: { ...context, ...CLI_CONTEXT }, outdir });
  const { data, service } = addStacks(app, loadConfig(stage, file), folders);
  const assembly = app.synth();
  const artifacts = [data, service].map(({ artifactId }) => assembly.getStackArtifact(artifactId));
  const [dataTemplate, serviceTemplate] = artifacts.map(({ template }) => template as Template) as [
    Template,
    Template,
  ];
  return {
    template: asOne(dataTemplate, serviceTemplate),
    stacks: { data: dataTemplate, service: serviceTemplate },
    messages: artifacts.flatMap(({ messages }) =>
      messages.map(({ level, entry }) => `${level}: ${String(entry.data)}`),
    ),
    assembly: outdir,
  };
}

/** Both stacks in one, with what the exports stand for in the place of the imports. */
function asOne(data: Template, service: Template): Template {
  const exported = new Map(
    Object.values(data.Outputs).map(({ Export, Value }) => [Export?.Name ?? '', Value] as const),
  );
  const { Resources, Outputs } = JSON.parse(JSON.stringify(service), (_key, value) =>
    typeof value === 'object' && value !== null && 'Fn::ImportValue' in value
      ? exported.get(value['Fn::ImportValue'])
      : value,
  );
  return { Resources: { ...data.Resources, ...Resources }, Outputs };
}
