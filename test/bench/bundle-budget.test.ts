// The bundles are as large as somebody has said they may be, to the byte: they are made the same each time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Bundle,
  type BundleBytes,
  bundles,
  bytesOf,
  inputsOf,
  totalBytes,
} from '../../bench/bundles/measure-bundles.ts';
import type { DatabaseClient } from '../../infra/bundle-functions.ts';

const BUDGET_FILE = 'bench/bundles/budget.json';
const HOW_TO_CHANGE =
  'The bundles have another size than the budget. Look at what has grown (npm run bench -- sizes); if it is meant to be so, ' +
  `run "npm run bench -- sizes --update", and commit ${BUDGET_FILE} with the reason.`;

let all: Bundle[];

beforeAll(async () => {
  all = await bundles();
});

function named(name: string): Bundle {
  return all.find((bundle) => bundle.name === name) as Bundle;
}

describe('the bundles', () => {
  it('have the size that the budget gives them', () => {
    const budget: BundleBytes = JSON.parse(readFileSync(BUDGET_FILE, 'utf8'));
    expect(bytesOf(all), HOW_TO_CHANGE).toEqual(budget);
  });

  it('start a session with at most 62 kB, from at most 34 files of ours', () => {
    expect(totalBytes(named('start-chat-session'))).toBeLessThanOrEqual(62_000);
    const ours = inputsOf('start-chat-session', 'index.cjs').filter((path) => path.startsWith('functions/'));
    expect(ours.length).toBeLessThanOrEqual(34);
  });

  it('check credentials with at most 62 kB, and a session JWT without a client for the table', () => {
    expect(totalBytes(named('authorize'))).toBeLessThanOrEqual(62_000);
    expect(inputsOf('authorize', 'index.cjs').filter((path) => /aws4|dynamodb\/lean/.test(path))).toEqual([]);
  });

  it('answer an unknown path without a client for the table', () => {
    expect(totalBytes(named('answer-unknown-route'))).toBeLessThanOrEqual(10_000);
  });
});

describe('of the two adapters of the table', () => {
  const adaptersIn = (name: string, file: string, client: DatabaseClient) =>
    inputsOf(name, file, client).filter((path) =>
      /^functions\/dynamodb\/(?:lean|sdk)\.ts$|\/client-dynamodb\/.*Client\.js$/.test(path),
    );

  it.each(['lean', 'sdk'] as const)(
    'a bundle holds the one that is configured, and not the other (%s)',
    async (client) => {
      await bundles(client);
      for (const [name, file] of [
        ['start-chat-session', 'index.cjs'],
        ['authorize', 'find-api-key.cjs'],
        ['count-usage', 'index.cjs'],
      ] as const) {
        const found = adaptersIn(name, file, client);
        expect(found).toContain(`functions/dynamodb/${client}.ts`);
        expect(found.some((path) => path.includes('client-dynamodb'))).toBe(client === 'sdk');
        expect(found.filter((path) => path.startsWith('functions/'))).toHaveLength(1);
      }
    },
  );
});

it('no file of a dependency is named by its path', () => {
  for (const folder of ['functions', 'infra']) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(/dist-(?:es|cjs)|node_modules/);
    }
  }
});
