// Nothing is left out of what the emulator deploys but what is listed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { leaveOut } from './leave-out.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-left-out-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'MoonbornChatSessions-dev.template.json');

const repeated = (name: string, count: number, resource: object) =>
  Array.from({ length: count }, (_, i) => [`${name}${i}`, resource] as const);

const alias = { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live' } };
const kept = { Topic: { Type: 'AWS::SNS::Topic' }, Alias0: alias };
const listed = {
  ...kept,
  ...Object.fromEntries([
    ...repeated('Group', 14, { Type: 'AWS::CodeDeploy::DeploymentGroup' }),
    ...repeated('Alias', 13, { ...alias, UpdatePolicy: {} }),
    ['Alarm', { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] } }],
    ['Mapping', { Type: 'AWS::Lambda::EventSourceMapping', Properties: { TumblingWindowInSeconds: 60 } }],
  ]),
};

const leaveOutOf = (resources: object) => {
  writeFileSync(file, JSON.stringify({ Resources: resources }));
  return leaveOut(folder, 'dev');
};

it('what is listed is left out, and the rest stays as it is', () => {
  expect(leaveOutOf(listed)).toBe(29);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  expect(Resources).toMatchObject(kept);
  expect(Object.keys(Resources)).toHaveLength(1 + 13 + 1);
  expect(Resources.Mapping.Properties).toEqual({ TumblingWindowInSeconds: 60, Enabled: false });
});

it('one more is an error that names it, and one fewer too', () => {
  const { Group0: _, ...fewer } = listed;
  const more = { ...listed, Group14: { Type: 'AWS::CodeDeploy::DeploymentGroup' } };
  expect(() => leaveOutOf(more)).toThrow(/deployment groups: 15 instead of 14/);
  expect(() => leaveOutOf(fewer)).toThrow(/deployment groups: 13 instead of 14/);
});
