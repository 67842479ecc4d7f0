// The configurations of docs/identity-providers.md, as a deployment would check and use them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../infra/config.ts';

export type SessionJwtConfig = Record<string, unknown>;
export type Issuers = NonNullable<ReturnType<typeof loadConfig>['sessionJwt']>;

const JSON_BLOCK = /^```json\n([\s\S]*?)^```$/m;

/** Of each section with one, by its heading: a single issuer or a list. */
export function documentedConfigs(): Map<string, SessionJwtConfig | SessionJwtConfig[]> {
  const page = readFileSync('docs/identity-providers.md', 'utf8');
  const sections = page.split(/^## /m).flatMap((section) => {
    const heading = section.slice(0, section.indexOf('\n'));
    const [, json] = JSON_BLOCK.exec(section) ?? [];
    return json === undefined ? [] : [[heading, JSON.parse(json).sessionJwt] as const];
  });
  return new Map(sections);
}

/** @returns what the authorizer is told. */
export function issuersOf(sessionJwt: unknown): Issuers {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-provider-'));
  try {
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify({ sessionJwt }));
    return loadConfig('prod', file).sessionJwt ?? [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
