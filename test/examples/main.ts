// Runs every example of sdk/examples against a running stack, with the SDKs as packages, each in a folder of its own.
//
//   node test/examples/main.ts
//
// The API, the credentials and the persona come from the environment, or from the .local/env that `npm start` writes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePort } from '../free-port.ts';
import { bash } from '../openapi/generated-clients/shell.ts';
import { stackFromEnvironment } from '../openapi/generated-clients/stack-from-environment.ts';

interface Session {
  readonly personaId: string;
  readonly status: string;
  readonly messageCount: number;
  readonly endedAt: string;
}

const sdk = fileURLToPath(new URL('../../sdk', import.meta.url));
const stack = stackFromEnvironment();
Object.assign(process.env, stack);
// The examples run on the Node that runs this file.
const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
const personaId = stack.MOONBORN_PERSONA_ID;
const scratch = mkdtempSync(join(tmpdir(), 'moonborn-examples-'));
const tally = { passed: 0, skipped: 0, failed: 0 };

const npmInstall = `npm install --no-audit --no-fund --ignore-scripts ${scratch}/moonborn-sdk-*.tgz`;
const pipInstall = `python3 -m venv .venv && .venv/bin/pip install --quiet ${sdk}/python -r requirements.txt`;
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
const typeCheck = `${compiler} --noEmit --strict --skipLibCheck --target esnext --module preserve --types node`;

const examples: Record<string, { install: string; check: (folder: string) => Promise<void> }> = {
  'express-server': {
    install: npmInstall,
    check: serving(`${typeCheck} server.ts && exec node server.ts`),
  },
  'nextjs-route-handler': {
    install: npmInstall,
    check: serving(
      `${typeCheck} app/api/chat/sessions/route.ts && exec node_modules/.bin/next dev --port "$PORT"`,
    ),
  },
  'fastapi-endpoint': {
    install: pipInstall,
    check: serving('exec .venv/bin/uvicorn main:app --port "$PORT"'),
  },
  'chat-engine-lambda': {
    install: npmInstall,
    check: async (folder) => {
      await bash(`${typeCheck} handler.ts`, { cwd: folder });
      await holdsAChat(folder);
    },
  },
};

try {
  await bash(`npm pack --silent --pack-destination "${scratch}"`, { cwd: join(sdk, 'typescript') });
  const folders = readdirSync(join(sdk, 'examples'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  await Promise.all(folders.map(({ name }) => runExample(name)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${tally.passed} examples ran, ${tally.skipped} skipped, ${tally.failed} failed.`);
// In CI, packages that can't be installed are a failure: one of them is the SDK.
process.exitCode = tally.failed === 0 && (tally.skipped === 0 || !process.env.CI) ? 0 : 1;

async function runExample(name: string): Promise<void> {
  const example = examples[name];
  assert.ok(example, `test/examples/main.ts does not say how to run sdk/examples/${name}`);
  const folder = join(scratch, name);
  cpSync(join(sdk, 'examples', name), folder, { recursive: true });
  try {
    await bash(example.install, { cwd: folder });
  } catch (error) {
    tally.skipped += 1;
    console.log(`skipped  ${name}: its packages could not be installed\n${(error as Error).message}`);
    return;
  }
  try {
    await example.check(folder);
    tally.passed += 1;
    console.log(`ok       ${name} (${Math.round(process.uptime())} s after the start)`);
  } catch (error) {
    tally.failed += 1;
    console.log(`FAILED   ${name}\n${(error as Error).message}`);
  }
}

/** The three web examples answer the same calls. */
function serving(command: string): (folder: string) => Promise<void> {
  return async (folder) => {
    const port = await freePort();
    const server = spawn('bash', ['-c', command], {
      cwd: folder,
      env: { ...process.env, PATH, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, since some servers start further processes.
      detached: true,
    });
    const output = Promise.all([text(server.stdout), text(server.stderr)]);
    const ended = new Promise((done) => server.once('close', done));
    const stop = async () => {
      if (server.pid !== undefined && server.exitCode === null && server.signalCode === null) {
        process.kill(-server.pid);
      }
      await ended;
    };
    const url = `http://127.0.0.1:${port}/api/chat/sessions`;
    try {
      while (!(await fetch(url).then(Boolean, () => false))) {
        assert.equal(server.exitCode, null, 'The server ended before it listened');
        await pause(100);
      }
      await startsChats(url);
    } catch (error) {
      await stop();
      throw new Error([(error as Error).message, ...(await output)].join('\n'), { cause: error });
    } finally {
      await stop();
    }
  };
}

async function startsChats(url: string): Promise<void> {
  const start = async (persona: string, key = randomUUID()) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ personaId: persona }),
    });
    return { status: response.status, body: (await response.json()) as { sessionId: string } };
  };
  const key = randomUUID();
  const first = await start(personaId, key);
  assert.equal(first.status, 201, JSON.stringify(first.body));
  assert.equal((await readSession(first.body.sessionId)).personaId, personaId);
  assert.deepEqual(await start(personaId, key), first, 'A click that was sent twice started two sessions');
  assert.equal((await start('psn_of_nobody')).status, 404);
}

async function holdsAChat(folder: string): Promise<void> {
  const { handler } = await import(pathToFileURL(join(folder, 'handler.ts')).href);
  const start = { action: 'start', personaId, requestId: randomUUID() };
  const { sessionId } = await handler(start);
  assert.deepEqual(await handler(start), { sessionId });
  const message = { action: 'message', sessionId, turn: 1, text: 'Hello' };
  const reply = await handler(message);
  assert.equal(reply.text, 'You said: Hello');
  assert.deepEqual(await handler(message), reply);
  await handler({ ...message, turn: 2 });
  const { endedAt } = await handler({ action: 'end', sessionId });
  const { status, messageCount, endedAt: readEndedAt } = await readSession(sessionId);
  assert.deepEqual(
    { status, messageCount, endedAt: readEndedAt },
    { status: 'ended', messageCount: 4, endedAt },
  );
}

async function readSession(sessionId: string): Promise<Session> {
  const response = await fetch(`${stack.MOONBORN_BASE_URL}/v1/chat/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${stack.MOONBORN_API_KEY}` },
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Session;
}
