// cdk-nag: AWS's rules for solutions and the rules for serverless ones find nothing that is not acknowledged.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterAll, expect, it, vi } from 'vitest';
import { EVENT_TYPES } from '../../functions/env.ts';
import { loadConfig } from '../../infra/config.ts';
import { addStacks } from '../../infra/stacks.ts';
import { placed } from './placed.ts';
import { configured, deployedFolders } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-nag-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: { readonly ruleName: string; readonly violatingConstructs?: unknown[] }[];
  }[];
}

function newApp(name: string): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  return new App({ context, outdir: join(folder, name) });
}

/** @returns each rule that was broken without a word about it, by pack; a pack that did not run is missing. */
function unacknowledged(app: App): Record<string, string[]> {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    app.synth();
  } catch (error) {
    expect(String(error)).toContain('ValidationFailed');
  } finally {
    quiet.mockRestore();
  }
  const report: Report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  return Object.fromEntries(
    report.pluginReports.map(({ pluginName, violations }) => [
      pluginName,
      violations.map(({ ruleName }) => ruleName),
    ]),
  );
}

const FOR_CUSTOMERS = {
  cors: { ...loadConfig('prod').cors, allowOrigins: ['https://app.example.com'] },
  limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
  usage: true,
  events: { busName: 'moonborn-events', types: [...EVENT_TYPES] },
};

const PLACED = { ...placed, domain: { ...placed.domain, keepGeneratedAddress: false } };

it.each([
  ['stage dev', 'dev', {}],
  ['stage prod', 'prod', {}],
  ['stage prod with web pages, limits, usage and events', 'prod', FOR_CUSTOMERS],
  ['stage prod with a domain, a key and a boundary', 'prod', { ...FOR_CUSTOMERS, ...PLACED }],
] as const)('%s breaks no rule that nobody has spoken about', (name, stage, also) => {
  const app = newApp(name);
  // With somebody to be told, so that the rules about subscriptions apply.
  const alarms = { ...loadConfig(stage).alarms, emails: ['a@example.com'] };
  const config = { ...loadConfig(stage), alarms, ...also };
  const { service, data } = addStacks(app, config, deployedFolders(configured));
  expect(unacknowledged(app)).toEqual({ AwsSolutions: [], Serverless: [] });

  const acknowledged = [service, data].flatMap((stack) =>
    stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .map(({ data }) => data as unknown),
      ),
  );
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const rules of acknowledged) {
    for (const [id, reason] of Object.entries(rules as Record<string, string>)) {
      expect(id).toMatch(/^(AwsSolutions|Serverless)::/);
      expect(reason.length).toBeGreaterThan(40);
    }
  }
});

it('the rules do find what nobody has spoken about', () => {
  const app = newApp('careless');
  new Topic(new Stack(app, 'Careless'), 'Topic');
  expect(unacknowledged(app)).toMatchObject({ AwsSolutions: ['AwsSolutions-SNS3'] });
});
