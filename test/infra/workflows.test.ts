// The way from a change to prod: one synthesis, dev, approval, prod. What actionlint and zizmor check is not repeated here.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly strategy?: { readonly matrix: { readonly steps?: readonly string[] } };
  readonly steps?: readonly Step[];
}

const FOLDER = '.github/workflows';
const jobs = new Map<string, Job>(
  readdirSync(FOLDER).flatMap((file) =>
    Object.entries<Job>(parse(readFileSync(join(FOLDER, file), 'utf8')).jobs).map(
      ([name, job]) => [`${file} ${name}`, job] as const,
    ),
  ),
);

function jobNamed(name: string): Job {
  const job = jobs.get(name);
  if (job === undefined) {
    throw new Error(`There is no job ${name} among ${[...jobs.keys()].join(', ')}`);
  }
  return job;
}

const stepsOf = (name: string) => jobNamed(name).steps ?? [];
const commandsOf = (name: string) => stepsOf(name).flatMap(({ run }) => run ?? []);
const actionsOf = (name: string) => stepsOf(name).flatMap(({ uses }) => uses?.replace(/@.*/, '') ?? []);

const STAGE = 'deploy-stage.yml deploy';

describe('a job that may ask for a token of AWS', () => {
  const trusted = [...jobs].filter(([, { permissions }]) => permissions?.['id-token'] === 'write');

  it('runs no install script of a dependency', () => {
    expect(trusted.length).toBeGreaterThan(2);
    for (const [name] of trusted) {
      for (const command of commandsOf(name).filter((text) => /\bnpm (ci|i|install)\b/.test(text))) {
        expect({ name, command }).toEqual({ name, command: 'npm ci --ignore-scripts' });
      }
    }
  });

  it('takes a role, and no stored key', () => {
    for (const [, { steps = [] }] of trusted) {
      for (const step of steps.filter(({ uses }) => uses?.startsWith('aws-actions/'))) {
        expect(Object.keys(step.with ?? {}).sort()).toEqual(['aws-region', 'role-to-assume']);
      }
    }
  });
});

it('a job that calls a workflow gives it the permissions that it asks for', () => {
  const called = [...jobs].flatMap(([name, { uses, permissions }]) =>
    uses?.startsWith('./') ? [{ name, file: uses.replace(/^.*\//, ''), permissions }] : [],
  );
  expect(called.length).toBeGreaterThan(2);
  for (const { name, file, permissions } of called) {
    const wanted = {
      ...parse(readFileSync(join(FOLDER, file), 'utf8')).permissions,
      ...Object.assign(
        {},
        ...[...jobs].flatMap(([job, { permissions }]) =>
          job.startsWith(`${file} `) ? [permissions ?? {}] : [],
        ),
      ),
    };
    expect({ name, permissions }).toMatchObject({ name, permissions: wanted });
  }
});

describe('a change on main', () => {
  it('is checked and synthesised, then deployed to dev, then to prod', () => {
    expect(jobNamed('deploy.yml dev')).toMatchObject({ needs: ['check', 'synth'], with: { stage: 'dev' } });
    expect(jobNamed('deploy.yml prod')).toMatchObject({ needs: 'dev', with: { stage: 'prod' } });
    expect(jobNamed('deploy.yml dev').if).toBe("github.event_name == 'push'");
    expect(jobNamed('deploy.yml check').uses).toBe('./.github/workflows/check.yml');
    expect(commandsOf('check.yml audit')).toEqual(['npm audit --omit=dev']);
  });

  it('is synthesised once, for both stages, and that assembly is what each stage and the diff get', () => {
    const synthesising = [...jobs.keys()].filter((name) =>
      commandsOf(name).some((command) => /\bcdk (synth|deploy|diff)\b(?!.* --app cdk\.out )/.test(command)),
    );
    expect(synthesising).toEqual(['deploy.yml synth']);
    expect(commandsOf('deploy.yml synth').join('\n')).toContain(
      'npx cdk synth --quiet --strict --context config=config.json',
    );
    expect(actionsOf('deploy.yml synth')).toContain('actions/upload-artifact');
    for (const name of [STAGE, 'deploy.yml diff']) {
      const assembly = stepsOf(name).find(({ uses }) => uses?.startsWith('actions/download-artifact@'));
      expect(assembly?.with).toEqual({ name: 'assembly', path: 'cdk.out' });
    }
  });

  it('is not deployed or compared before its assembly is there', () => {
    for (const name of ['diff', 'dev']) {
      expect([jobNamed(`deploy.yml ${name}`).needs].flat()).toContain('synth');
    }
  });

  it('is deployed in the environment of its stage, where approval is asked for, and then smoke tested', () => {
    const commands = commandsOf(STAGE).map((command) => command.split('\n').at(-2) ?? command);
    expect(jobNamed(STAGE).environment).toMatch(/^\$\{\{ inputs\.stage \}\}$/);
    expect(commands.findIndex((text) => text.includes('cdk deploy'))).toBeLessThan(
      commands.findIndex((text) => text.includes('.ci/smoke-deployed')),
    );
  });

  it('leaves a bill of materials of what is deployed', () => {
    expect(commandsOf('deploy.yml synth').join('\n')).toMatch(
      /npm sbom --package-lock-only --omit=dev .*>sbom\.cdx\.json/,
    );
  });
});

it('the checks run every step of .ci/run, each in one job', () => {
  const steps = execFileSync('bash', ['.ci/run', '--list'], { encoding: 'utf8' }).trim().split('\n');
  const jobsOfSteps = jobNamed('check.yml check').strategy?.matrix.steps ?? [];
  expect(jobsOfSteps.flatMap((names) => names.split(' ')).sort()).toEqual(steps.toSorted());
  expect(steps.length).toBeGreaterThan(10);
});

describe('a pull request', () => {
  it('is compared with prod by templates, which asks for the least rights, and not from a fork', () => {
    expect(commandsOf('deploy.yml diff').join('\n')).toContain('cdk diff --app cdk.out --method template ');
    expect(jobNamed('deploy.yml diff').if).toContain('!github.event.pull_request.head.repo.fork');
  });
});
