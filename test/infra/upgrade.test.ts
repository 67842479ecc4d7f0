// The present version over the last release: what CloudFormation would replace or remove of what holds data or an address.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { releasedConfig, releasedTemplate } from '../emulator/released.ts';
import { stacksOf } from '../emulator/stage.ts';
import { synthesiseStage } from './synthesise.ts';
import { configured, deployedFolders } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { assembly } = synthesiseStage(
  join(folder, 'present'),
  deployedFolders(configured),
  'prod',
  releasedConfig,
);
const [data, service] = stacksOf('prod');

describe('over the last release, with its configuration', () => {
  it.each([data, service])('%s replaces and removes nothing that was there', async (stack) => {
    expect(await losses(stack, releasedTemplate(stack))).toEqual([]);
  });
});

it('finds an API that would be replaced, and a log group that would be left behind', async () => {
  const other = join(folder, 'other.json');
  const template = readFileSync(releasedTemplate(service), 'utf8');
  writeFileSync(
    other,
    template.replace('"HTTP"', '"WEBSOCKET"').replace('AuthorizerLogsF64AA3CA', 'AuthorizerLogs0'),
  );
  expect(await losses(service, other)).toEqual([
    expect.stringMatching(/AuthorizerLogs0 orphan$/),
    expect.stringMatching(/ApiHttpApi4C294DC0 replace$/),
  ]);
});

/** @returns the lines of `cdk diff` about resources that it would replace, delete or leave behind */
async function losses(stack: string, template: string): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      ...[join('node_modules', '.bin', 'cdk'), 'diff', stack, '--exclusively'],
      ...['--app', assembly, '--template', template, '--no-color'],
    ],
    { env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1' } },
  );
  expect(stdout + stderr).toContain('Number of stacks with differences');
  return (stdout + stderr).split('\n').filter((line) => /\b(replace|replaced|destroy|orphan)$/.test(line));
}
