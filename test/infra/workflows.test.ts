// The workflows on GitHub: no stored keys, nothing that others may change under us, and no way to prod past dev and approval.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = '.github/workflows';
const workflows = readdirSync(FOLDER).map((name): [string, string] => [
  name,
  readFileSync(join(FOLDER, name), 'utf8'),
]);

describe.each(workflows)('%s', (_name, text) => {
  it('stores no key and no secret: GitHub exchanges its own token for a role', () => {
    expect(text).not.toMatch(/secrets\.|aws-access-key-id|aws-secret-access-key/i);
    const roles = [...text.matchAll(/role-to-assume: (.*)/g)].map(([, role]) => role);
    expect(roles).toEqual(roles.map(() => expect.stringMatching(/^\$\{\{ vars\.AWS_[A-Z]+_ROLE \}\}$/)));
    expect(text.includes('id-token: write')).toBe(roles.length > 0);
  });

  it('uses the actions of others at a commit, which nobody can move', () => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used.filter((name) => !name.startsWith('./'))) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  it('runs no install script of a dependency where a token can be asked for', () => {
    for (const [name, job] of jobsOf(text)) {
      const asksForToken = job.includes('id-token: write') || headOf(text).includes('id-token: write');
      const installs = [...job.matchAll(/npm (?:ci|install|i)\b.*/g)].map(([command]) => command);
      for (const command of asksForToken ? installs : []) {
        expect({ name, command }).toEqual({ name, command: 'npm ci --ignore-scripts' });
      }
    }
  });

  it('gives the code of a pull request no token of the branch that it is for', () => {
    expect(text).not.toContain('pull_request_target');
  });

  it('puts nothing that a contributor can choose into a script', () => {
    const scripts = text.replaceAll(
      /^\s*(?:[A-Z_]+|name|group|environment|role-to-assume|aws-region|if): .*$/gm,
      '',
    );
    expect(scripts).not.toContain('${{');
  });
});

/** What holds for all jobs of a workflow. */
function headOf(text: string): string {
  return text.slice(0, text.indexOf('\njobs:\n'));
}

function jobsOf(text: string): Map<string, string> {
  return new Map(
    text
      .slice(text.indexOf('\njobs:\n'))
      .split(/^ {2}(?=\w+:$)/m)
      .slice(1)
      .map((job) => [job.slice(0, job.indexOf(':')), job] as const),
  );
}

describe('deploy.yml', () => {
  const text = new Map(workflows).get('deploy.yml') ?? '';
  const jobs = jobsOf(text);

  it('compares by templates, which asks for the least rights', () => {
    expect(jobs.get('diff')).toMatch(/cdk diff --method template /);
  });

  it('checks, compares, deploys dev and then prod', () => {
    expect([...jobs.keys()]).toEqual(['check', 'diff', 'dev', 'prod']);
    expect(jobs.get('check')).toContain('uses: ./.github/workflows/check.yml');
    expect(jobs.get('diff')).toContain("github.event_name == 'pull_request'");
    expect(jobs.get('dev')).toContain("github.event_name == 'push'");
    expect(jobs.get('dev')).toContain('needs: check\n');
    expect(jobs.get('prod')).toContain('needs: dev');
  });

  it('deploys each stage in the environment of its name, where approval is asked for, and smoke tests it', () => {
    const stage = new Map(workflows).get('deploy-stage.yml') ?? '';
    expect(stage).toMatch(/environment: \$\{\{ inputs\.stage \}\}/);
    expect(stage.indexOf('cdk deploy')).toBeLessThan(stage.indexOf('.ci/smoke-deployed'));
    expect(jobs.get('prod')).toContain('stage: prod');
  });
});

describe('check.yml', () => {
  const text = new Map(workflows).get('check.yml') ?? '';

  it('runs every step of .ci/run, each in one job', () => {
    const steps = execFileSync('bash', ['.ci/run', '--list'], { encoding: 'utf8' }).trim().split('\n');
    const [, jobs = ''] = /^ {8}steps:\n((?: {10}- .*\n)+)/m.exec(text) ?? [];
    expect(jobs.match(/[a-z][a-z-]*/g)?.sort()).toEqual(steps.toSorted());
    expect(steps.length).toBeGreaterThan(10);
  });
});
