// The bundles are as large as somebody has said they may be, to the byte: they are made the same each time.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Bundle,
  type BundleBytes,
  bundles,
  bytesOf,
  gzippedBytes,
  totalBytes,
} from '../../bench/bundles/measure-bundles.ts';

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

  it('start a session with at most 215 kB, 72 kB gzipped', () => {
    expect(totalBytes(named('start-chat-session'))).toBeLessThanOrEqual(215_000);
    expect(gzippedBytes(named('start-chat-session'))).toBeLessThanOrEqual(72_000);
  });

  it('check credentials with at most 225 kB, and a session JWT with a tenth of it', () => {
    const authorizer = named('authorize');
    expect(totalBytes(authorizer)).toBeLessThanOrEqual(225_000);
    expect(authorizer.files['index.cjs']?.length).toBeLessThanOrEqual(30_000);
  });

  it('answer an unknown path without the SDK', () => {
    expect(totalBytes(named('answer-unknown-route'))).toBeLessThanOrEqual(10_000);
  });
});
