// A change of code alone: what a deployment of it would touch.
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { synthesiseStage } from './synthesise.ts';
import { deployedFolders, type Resource, type Template } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-code-change-'));
afterAll(() => rmSync(folder, { recursive: true }));

const before = synthesiseStage(join(folder, 'before'), deployedFolders(), 'prod');
const after = synthesiseStage(join(folder, 'after'), withAnotherLine(deployedFolders()), 'prod');

describe('a change of the code of every function', () => {
  it('leaves the stack of the data as it is, to the last byte', () => {
    expect(JSON.stringify(after.stacks.data)).toBe(JSON.stringify(before.stacks.data));
  });

  it('touches functions, their versions and their aliases, and nothing else', () => {
    const changes = changesBetween(before.stacks.service, after.stacks.service);
    expect(new Set(changes.map(({ type }) => type))).toEqual(
      new Set(['AWS::Lambda::Function', 'AWS::Lambda::Version', 'AWS::Lambda::Alias']),
    );
    expect(changes.filter(({ type }) => type === 'AWS::Lambda::Alias')).toHaveLength(deployedFolders().size);
  });

  it('changes of a function its code only, and of an alias the version only', () => {
    for (const { type, before: old, after: next } of changesBetween(
      before.stacks.service,
      after.stacks.service,
    )) {
      const properties = type === 'AWS::Lambda::Function' ? ['Code'] : ['FunctionVersion'];
      if (old !== undefined && next !== undefined) {
        expect(changedProperties(old, next)).toEqual(properties);
        expect({ ...next, Properties: {}, Metadata: {} }).toEqual({ ...old, Properties: {}, Metadata: {} });
      }
    }
  });

  it('publishes new versions and keeps the old ones', () => {
    const versions = changesBetween(before.stacks.service, after.stacks.service).filter(
      ({ type }) => type === 'AWS::Lambda::Version',
    );
    expect(versions.filter((change) => change.after === undefined)).toHaveLength(deployedFolders().size);
    for (const { before: old, after: next } of versions) {
      // Not when its own deployment is rolled back: Lambda would refuse to publish the same code again.
      expect(old ?? next).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
    }
  });
});

describe('a synthesis of the same code', () => {
  it('gives the same templates', () => {
    const again = synthesiseStage(join(folder, 'again'), deployedFolders(), 'prod');
    expect(again.stacks).toEqual(before.stacks);
  });
});

function withAnotherLine(folders: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...folders].map(([entry, deployed]) => {
      const changed = join(folder, 'changed', entry);
      cpSync(deployed, changed, { recursive: true });
      appendFileSync(join(changed, 'index.cjs'), '\n// another line\n');
      return [entry, changed];
    }),
  );
}

interface Change {
  readonly type: string;
  readonly before: Resource | undefined;
  readonly after: Resource | undefined;
}

function changesBetween(old: Template, next: Template): Change[] {
  const ids = new Set([...Object.keys(old.Resources), ...Object.keys(next.Resources)]);
  return [...ids]
    .map((id) => ({ before: old.Resources[id], after: next.Resources[id] }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
    .map(({ before, after }) => ({ type: (before ?? after)?.Type ?? '', before, after }));
}

function changedProperties(old: Resource, next: Resource): string[] {
  return Object.keys({ ...old.Properties, ...next.Properties }).filter(
    (name) => JSON.stringify(old.Properties[name]) !== JSON.stringify(next.Properties[name]),
  );
}
