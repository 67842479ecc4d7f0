// Runs the local stack for a whole suite of tests, on one database engine.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { localAudience, localIssuer } from '../../local/session-tokens.ts';
import { startLocalStack } from '../../local/stack.ts';
import { type Synthesised, synthesise } from '../../local/synthesise.ts';

export interface ProvidedStack {
  readonly synthesised: Synthesised;
  stop(): Promise<void>;
}

export async function provideStack(
  project: TestProject,
  { databaseEndpoint, config = {} }: { databaseEndpoint?: string; config?: Record<string, unknown> } = {},
): Promise<ProvidedStack> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-test-'));
  const synthesised = await synthesise({ folder, config });
  const stack = await startLocalStack({
    port: 0,
    folder,
    synthesised,
    ...(databaseEndpoint === undefined ? {} : { databaseEndpoint }),
  });
  project.provide('stack', {
    baseUrl: stack.baseUrl,
    databaseEndpoint: stack.databaseEndpoint,
    tableName: stack.tableName,
    region: stack.region,
    issuer: localIssuer,
    audience: localAudience,
    sessionsByUser: config.sessionsByUser === true,
    signingKey: JSON.parse(readFileSync(synthesised.signingKeyFile, 'utf8')),
  });
  return {
    synthesised,
    async stop() {
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
