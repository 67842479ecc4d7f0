// A configuration file of an operator, and what is said of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { ConfigError, loadConfig } from '../../infra/config.ts';

export const folder = mkdtempSync(join(tmpdir(), 'moonborn-config-'));
export const file = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true }));

export function load(overrides: unknown) {
  writeFileSync(file, typeof overrides === 'string' ? overrides : JSON.stringify(overrides));
  return loadConfig('dev', file);
}

export function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return 'none';
}
