// From calls of the API to usage and events, by way of the table's stream and the mappings of the template.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { readUsage } from '../../admin/read-usage.ts';
import { Session as SessionSchema } from '../../functions/sessions/responses.ts';
import type { Session } from '../../functions/sessions/session.ts';
import type { Consumers } from '../../local/streams/run-consumers.ts';
import { runAdmin } from '../admin/run-admin.ts';
import {
  deleteSession,
  endSession,
  inParallel,
  recordTurn,
  sessionIn,
  start,
  updateSession,
} from '../faults/caller.ts';
import { QUICK_FAULTS } from '../faults/fault.ts';
import { type FaultyProxy, startFaultyProxy } from '../faults/faulty-proxy.ts';
import { type FaultyStack, startFaultyStack, type Tenant } from '../faults/faulty-stack.ts';
import { runSize } from '../faults/run-size.ts';
import { seededRandom } from '../faults/seeded-random.ts';
import { type FakeEventBus, startFakeEventBus } from './fake-event-bus.ts';
import { turnOf } from './lives.ts';

const MONTH = '2026-11';
const SESSIONS = runSize({ byDefault: 30, full: 300 });

let stack: FaultyStack;
let bus: FakeEventBus;
let wayToBus: FaultyProxy<string>;
let tenant: Tenant;
beforeAll(async () => {
  bus = await startFakeEventBus();
  const refusal = { status: 500, rawHeaders: [], body: Buffer.from('{"__type":"InternalException"}') };
  wayToBus = await startFaultyProxy(
    { upstream: bus.url, describe: () => 'PutEvents', refuse: () => refusal },
    { seed: 1 },
  );
  stack = await startFaultyStack({
    synthesised: inject('synthesised'),
    seed: 1,
    follow: { eventBusEndpoint: wayToBus.url, nowMs: () => Date.parse('2026-11-23T10:15:00Z') },
  });
});
afterAll(async () => {
  await stack.close();
  await wayToBus.close();
  await bus.close();
  stack.remove();
});
beforeEach(async () => {
  tenant = await stack.newTenant();
  bus.taken.length = 0;
});
afterEach(() => {
  stack.database.follow([]);
  wayToBus.follow([]);
  bus.refuseWhen(() => false);
});

const consumers = () => stack.local.consumers as Consumers;

/** @returns what the API answered at each step of a life. */
async function live(of: Tenant, steps: number): Promise<Session[]> {
  const url = stack.gatewayUrl;
  const started = sessionIn(await start(url, of));
  const { sessionId } = started;
  const used = [started, sessionIn(await recordTurn(url, of, sessionId, turnOf(1)))];
  if (steps === 1) {
    return used;
  }
  const updated = sessionIn(await updateSession(url, of, sessionId, { metadata: { topic: 'billing' } }));
  const ended = sessionIn(await endSession(url, of, sessionId));
  if (steps === 2) {
    return [...used, updated, ended];
  }
  await deleteSession(url, of, sessionId);
  return [...used, updated, ended, ended];
}

/** A third of the sessions each: started and used, changed and ended too, deleted too; many at once. */
const liveMany = (of: Tenant) => inParallel(SESSIONS, 8, (i) => live(of, (i % 3) + 1));

const EXPECTED = {
  startChatSession: SESSIONS,
  endChatSession: (SESSIONS / 3) * 2,
  deleteChatSession: SESSIONS / 3,
  recordChatTurn: SESSIONS,
  messages: SESSIONS * turnOf(1).messages,
  inputTokens: SESSIONS * turnOf(1).inputTokens,
  outputTokens: SESSIONS * turnOf(1).outputTokens,
  costUsdMicros: SESSIONS * turnOf(1).costUsdMicros,
};

/** The events of each session, each only once, in the order in which they came first. */
function toldOf(orgId: string): Session[][] {
  const lives = new Map<string, Map<string, Session>>();
  for (const { type, detail } of bus.taken.filter((event) => event.detail.session.orgId === orgId)) {
    const { sessionId } = detail.session;
    const life = lives.get(sessionId) ?? new Map<string, Session>();
    lives.set(sessionId, life.has(type) ? life : life.set(type, detail.session));
  }
  return [...lives.values()].map((life) => [...life.values()]);
}

const byId = (lives: Session[][]) =>
  lives.sort(([a], [b]) => (String(a?.sessionId) < String(b?.sessionId) ? -1 : 1));

describe('sessions that callers start, use, change, end and delete', () => {
  it('are what `npm run admin -- usage --local` counts', async () => {
    await liveMany(tenant);
    await consumers().deliver();
    const folder = mkdtempSync(join(tmpdir(), 'moonborn-operator-'));
    symlinkSync(stack.folder, join(folder, '.local'));
    const { stdout } = await runAdmin(
      ['usage', '--local', '--org', tenant.orgId, '--month', MONTH, '--csv'],
      { folder },
    );
    rmSync(folder, { recursive: true });
    expect(stdout.trim().split('\n')).toEqual([
      'org,day,measure,count',
      ...Object.entries(EXPECTED).map(([measure, count]) => `${tenant.orgId},2026-11-23,${measure},${count}`),
    ]);
  });

  it('are told of in order, each step with the session as the API answered it', async () => {
    const lived = await liveMany(tenant);
    await consumers().deliver();
    expect(byId(toldOf(tenant.orgId))).toEqual(byId(lived));
    const strictSession = z.strictObject(SessionSchema.shape);
    for (const { detail } of bus.taken) {
      strictSession.parse(detail.session);
    }
  });

  it('are counted exactly and told of completely while table and bus fail, and the stream is split', async () => {
    const random = seededRandom(5);
    // Enough for the first invocation of each consumer to fail, and now and then after that.
    let put = 0;
    bus.refuseWhen(() => ++put <= 40 || random.chance(0.2));
    wayToBus.follow([{ probability: 0.2, fault: QUICK_FAULTS }]);
    const isOfConsumer = ({ caller }: { caller: string }) => caller.startsWith('LOCALCountUsage');
    stack.database.follow([
      { when: isOfConsumer, nth: [1, 2, 3, 4, 5], fault: { kind: 'overloaded' } },
      { when: isOfConsumer, probability: 0.3, fault: QUICK_FAULTS },
    ]);
    const tenants = [tenant, await stack.newTenant(), await stack.newTenant()];
    const lived: Session[][][] = [];
    for (const [i, of] of tenants.entries()) {
      const living = liveMany(of);
      for (let round = 0; round < 5; round += 1) {
        await Promise.race([living, sleep(50)]);
        await consumers().deliver();
      }
      consumers().reshard(i + 2);
      lived.push(await living);
    }
    await consumers().deliver();
    for (const [i, of] of tenants.entries()) {
      const { total } = await readUsage(stack.table, { orgId: of.orgId, month: MONTH });
      expect(total).toEqual(EXPECTED);
      expect(byId(toldOf(of.orgId))).toEqual(byId(lived[i] as Session[][]));
    }
    expect(consumers().onFailureRecords()).toEqual([]);
    const outcomes = consumers()
      .invocations()
      .map((line) => JSON.parse(line).outcome);
    expect(new Set(outcomes)).toEqual(new Set(['taken', 'failed', 'reported']));
  });
});
