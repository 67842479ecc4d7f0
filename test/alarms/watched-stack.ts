// The local stack with a proxy before its database, and a caller who may do everything.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPersona } from '../../admin/create-persona.ts';
import { issueApiKey } from '../../admin/issue-api-key.ts';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { startLocalStack } from '../../local/stack.ts';
import type { Synthesised } from '../../local/synthesise.ts';
import { startFakeEventBus } from '../customers/fake-event-bus.ts';
import { operatorTable } from '../engines/operator-table.ts';
import type { DatabaseCall } from '../faults/database-proxy.ts';
import { startDatabaseProxy } from '../faults/database-proxy.ts';
import type { Rule } from '../faults/fault-script.ts';
import { type Datum, observedMetrics } from './observed-metrics.ts';

export interface WatchedStack {
  /** Calls an operation as somebody who may; @returns the status. */
  call(operation: Operation): Promise<number>;
  /** What the database does to calls from now on. */
  breakDatabase(...rules: Rule<DatabaseCall>[]): void;
  /** Makes the event bus refuse everything. */
  breakEventBus(): void;
  /** Lets so much time pass for the table's stream. */
  passMs(ms: number): void;
  /** Lets the consumers of the stream have what was written, and waits until this one was invoked, or gave something up. */
  follow(consumer: string, until: 'invoked' | 'given up'): Promise<void>;
  /** Lets the consumers of the stream have what was written, and waits until they took it. */
  deliver(): Promise<void>;
  /** All metrics since the start. */
  metrics(): Promise<Datum[]>;
  close(): Promise<void>;
}

/** Those of functions/routes.ts, a path that none of them has, and the question of a browser. */
export type Operation = keyof typeof CALLS;

const ORG = { orgId: 'org_1', workspaceId: 'ws_1', userId: 'usr_1' };
const PERSONA_ID = 'psn_1';
/** Nobody's; asking for it takes the same calls to the table as asking for one that exists. */
const SESSION_ID = `chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_${PERSONA_ID}`;
const SESSION = `/v1/chat/sessions/${SESSION_ID}`;
const TURN = { turn: 1, messages: 2, inputTokens: 3, outputTokens: 4, costUsdMicros: 5 };
const SESSIONS = `/v1/personas/${PERSONA_ID}/chat/sessions`;

const CALLS = {
  startChatSession: { method: 'POST', path: SESSIONS, body: JSON.stringify({ personaId: PERSONA_ID }) },
  listChatSessionsForPersona: { method: 'GET', path: SESSIONS },
  listChatSessions: { method: 'GET', path: '/v1/chat/sessions' },
  getChatSession: { method: 'GET', path: SESSION },
  updateChatSession: { method: 'PATCH', path: SESSION, body: JSON.stringify({ archived: true }) },
  recordChatTurn: { method: 'POST', path: `${SESSION}/turns`, body: JSON.stringify(TURN) },
  endChatSession: { method: 'POST', path: `${SESSION}/end` },
  deleteChatSession: { method: 'DELETE', path: SESSION },
  unknownRoute: { method: 'GET', path: '/nowhere' },
  preflight: { method: 'OPTIONS', path: SESSIONS },
} as const;

export async function startWatchedStack(synthesised: Synthesised): Promise<WatchedStack> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-watched-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed: 1 });
  const bus = await startFakeEventBus();
  let passedMs = 0;
  const stack = await startLocalStack({
    port: 0,
    folder,
    synthesised,
    databaseEndpoint: database.url,
    eventBusEndpoint: bus.url,
    throttle: true,
    stream: { database: engine, nowMs: () => Date.now() + passedMs },
  });
  const table = operatorTable(stack);
  await createPersona(table, { orgId: ORG.orgId, personaId: PERSONA_ID, name: 'Luna' });
  const { secretKey } = await issueApiKey(table, { ...ORG, scopes: ['*'], environment: 'test' });

  const streamLog = () => stack.consumers?.invocations() ?? [];
  const onFailureRecords = () => stack.consumers?.onFailureRecords() ?? [];

  return {
    async call(operation) {
      const { path, ...request } = CALLS[operation];
      const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' };
      const response = await fetch(stack.baseUrl + path, { ...request, headers });
      await response.arrayBuffer();
      return response.status;
    },
    breakDatabase: (...rules) => database.follow(rules),
    breakEventBus: () => bus.refuseWhen(() => true),
    passMs: (ms) => {
      passedMs += ms;
    },
    async follow(consumer, until) {
      const seen = () =>
        until === 'given up'
          ? onFailureRecords().length
          : streamLog().filter((line) => line.includes(consumer)).length;
      const before = seen();
      void stack.consumers?.deliver();
      while (seen() === before) {
        await sleep(20);
      }
    },
    async deliver() {
      await stack.consumers?.deliver();
    },
    async metrics() {
      return observedMetrics({
        deployment: stack.deployment,
        functionLog: stack.logs(),
        accessLog: stack.accessLogs(),
        streamLog: streamLog(),
        onFailureRecords: onFailureRecords(),
        databaseCalls: database.records,
      });
    },
    async close() {
      await stack.close();
      await bus.close();
      await database.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
