// The local stack is killed in the middle of a load: what it had acknowledged is there when it runs again.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Session } from '../../functions/sessions/session.ts';
import { call, getSession, inParallel, sessionIn, start } from './caller.ts';
import type { Tenant } from './faulty-stack.ts';
import { uuidV4, uuidV7 } from './idempotency-keys.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'local', 'main.ts');
/** The kill comes in the middle of the load, however fast the machine is. */
const ACKNOWLEDGED_MIN = 40;
const AT_ONCE = 8;

let folder: string;
let running: Running | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonborn-killed-'));
});

afterAll(() => {
  running?.process.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('every session that was acknowledged before kill -9 is there after a restart, and its retry is answered alike', async () => {
  running = await run();
  const acknowledged: { key: string; session: Session }[] = [];
  const unanswered: string[] = [];
  const first = running;
  const load = inParallel(AT_ONCE, AT_ONCE, async (worker) => {
    for (
      const newKey = worker % 2 === 0 ? uuidV7 : uuidV4;
      first.process.exitCode === null && !first.process.killed;
    ) {
      const key = newKey();
      const reply = await start(first.baseUrl, first.tenant, key).catch(() => undefined);
      if (reply?.status === 201) {
        acknowledged.push({ key, session: sessionIn(reply) });
      } else {
        unanswered.push(key);
      }
    }
  });
  while (acknowledged.length < ACKNOWLEDGED_MIN && first.process.exitCode === null) {
    await sleep(10);
  }
  await killed(running);
  await load;

  const again = await run();
  running = again;
  const missing = await inParallel(acknowledged.length, AT_ONCE, async (i) => {
    const { key, session } = acknowledged[i] as (typeof acknowledged)[number];
    const read = await getSession(again.baseUrl, again.tenant, session.sessionId);
    const retry = await start(again.baseUrl, again.tenant, key);
    expect(sessionIn(read)).toEqual(session);
    expect(sessionIn(retry)).toEqual(session);
    return retry.headers.get('idempotent-replayed') === 'true' ? [] : [session.sessionId];
  }).catch((error: unknown) => {
    const { exitCode, signalCode } = again.process;
    throw new Error(`The second run failed; it ended with ${exitCode ?? signalCode ?? 'nothing, it runs'}`, {
      cause: error,
    });
  });
  const completed = await inParallel(unanswered.length, AT_ONCE, (i) =>
    start(again.baseUrl, again.tenant, unanswered[i]),
  );
  const listed = await listAll(again);
  console.info(
    `${acknowledged.length} sessions acknowledged and ${unanswered.length} starts unanswered when the stack was killed`,
  );

  expect(acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED_MIN);
  expect(missing.flat()).toEqual([]);
  expect(completed.map(({ status }) => status)).toEqual(unanswered.map(() => 201));
  expect(new Set(listed)).toHaveLength(acknowledged.length + unanswered.length);
});

interface Running {
  readonly process: ChildProcess;
  readonly baseUrl: string;
  readonly tenant: Tenant;
}

/** As `npm start -- --data data`, in a folder of its own. */
async function run(): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, '--data', 'data'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', AWS_ENDPOINT_URL_DYNAMODB: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  const env = parseEnv(readFileSync(join(folder, '.local', 'env'), 'utf8'));
  const demo = { orgId: 'org_demo', workspaceId: 'ws_demo', userId: 'usr_demo' };
  return {
    process: child,
    baseUrl: String(env.MOONBORN_BASE_URL),
    tenant: { ...demo, personaId: String(env.MOONBORN_PERSONA_ID), apiKey: String(env.MOONBORN_API_KEY) },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes('Ready in')) {
        resolve();
      }
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${output}`)));
  });
}

async function killed({ process: child }: Running): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function listAll({ baseUrl, tenant }: Running): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const { text } = await call(
      baseUrl,
      tenant,
      'GET',
      `/v1/personas/${tenant.personaId}/chat/sessions?limit=100&cursor=${cursor}`,
    );
    const page = JSON.parse(text) as { items: Session[]; nextCursor: string };
    ids.push(...page.items.map(({ sessionId }) => sessionId));
    cursor = page.nextCursor;
  } while (cursor !== '');
  return ids;
}
