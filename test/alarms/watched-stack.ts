// The local stack with a proxy before its database, and a caller who may do everything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { startLocalStack } from '../../local/stack.ts';
import type { Synthesised } from '../../local/synthesise.ts';
import type { DatabaseCall } from '../faults/database-proxy.ts';
import { startDatabaseProxy } from '../faults/database-proxy.ts';
import type { Rule } from '../faults/fault-script.ts';
import { type Datum, observedMetrics } from './observed-metrics.ts';

export interface WatchedStack {
  /** Calls an operation as somebody who may; @returns the status. */
  call(operation: Operation): Promise<number>;
  /** What the database does to calls from now on. */
  breakDatabase(...rules: Rule<DatabaseCall>[]): void;
  /** All metrics since the start. */
  metrics(): Promise<Datum[]>;
  close(): Promise<void>;
}

/** Those of functions/routes.ts, and a path that none of them has. */
export type Operation = keyof typeof CALLS;

const ORG = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1' };
const PERSONA_ID = 'psn_1';
/** Nobody's; asking for it takes the same calls to the table as asking for one that exists. */
const SESSION_ID = `chs_01ARZ3NDEKTSV4RRFFQ69G5FAV.${PERSONA_ID}`;
const SESSIONS = `/v1/personas/${PERSONA_ID}/chat/sessions`;

const CALLS = {
  startChatSession: { method: 'POST', path: SESSIONS, body: JSON.stringify({ personaId: PERSONA_ID }) },
  listChatSessionsForPersona: { method: 'GET', path: SESSIONS },
  getChatSession: { method: 'GET', path: `/v1/chat/sessions/${SESSION_ID}` },
  endChatSession: { method: 'POST', path: `/v1/chat/sessions/${SESSION_ID}/end` },
  deleteChatSession: { method: 'DELETE', path: `/v1/chat/sessions/${SESSION_ID}` },
  unknownRoute: { method: 'GET', path: '/nowhere' },
} as const;

export async function startWatchedStack(synthesised: Synthesised): Promise<WatchedStack> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-watched-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed: 1 });
  const stack = await startLocalStack({ port: 0, folder, synthesised, databaseEndpoint: database.url });
  await createPersona(stack.table, { orgId: ORG.orgId, personaId: PERSONA_ID, name: 'Luna' });
  const { secretKey } = await issueApiKey(stack.table, { ...ORG, scopes: ['*'], environment: 'test' });

  return {
    async call(operation) {
      const { path, ...request } = CALLS[operation];
      const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' };
      const response = await fetch(stack.baseUrl + path, { ...request, headers });
      await response.arrayBuffer();
      return response.status;
    },
    breakDatabase: (...rules) => database.follow(rules),
    async metrics() {
      // A line leaves its thread a moment after the answer.
      await new Promise((later) => setTimeout(later, 50));
      return observedMetrics({
        deployment: stack.deployment,
        functionLog: stack.logs(),
        accessLog: stack.accessLogs(),
        databaseCalls: database.records,
      });
    },
    async close() {
      await stack.close();
      await database.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
