// Generates clients from the OpenAPI document with generators of others, and starts a session with each.
//
//   node test/openapi/generated-clients/main.ts
//
// The API, the credentials and the persona come from the environment, or from the .local/env that `npm start` writes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { type Build, type Client, clients, postmanCollection } from './clients.ts';
import { refusals, serveExamples, usedSession } from './example-api.ts';
import { bash, CommandFailed, cachesIn } from './shell.ts';
import { stackFromEnvironment } from './stack-from-environment.ts';

interface Session {
  readonly sessionId: string;
  readonly title: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const document = fileURLToPath(new URL('../../../docs/openapi/openapi.json', import.meta.url));
const stack = stackFromEnvironment();
const examples = await serveExamples();
const scratch = mkdtempSync(join(tmpdir(), 'moonborn-clients-'));
const tally = { passed: 0, failed: 0, skipped: 0 };

try {
  await Promise.all([...clients.map(checkClient), checkCollection()]);
} finally {
  examples.close();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${tally.passed} started their sessions, ${tally.skipped} skipped, ${tally.failed} failed.`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function checkClient(client: Client): Promise<void> {
  const folder = await build(client.language, client);
  if (folder === undefined) {
    return;
  }
  for (const [generator, program] of Object.entries(client.programs)) {
    await report(`${client.language} by ${generator}`, async () => {
      await startsSession(folder, program, `Started by ${generator}`);
      await readsLargeCounters(folder, program);
      await readsRefusals(folder, program);
    });
  }
}

/** The first start of an imported collection starts a session, and so does the second. */
async function checkCollection(): Promise<void> {
  const name = 'A collection imported by Postman';
  const folder = await build(name, postmanCollection);
  if (folder === undefined) {
    return;
  }
  await report(name, async () => {
    const [first, second] = await run(folder, postmanCollection.program, {});
    assert.deepEqual(first, await readSession(first.sessionId));
    assert.deepEqual(second, await readSession(second.sessionId));
    assert.notEqual(first.sessionId, second.sessionId, 'Both starts sent the same Idempotency-Key');
  });
}

async function startsSession(folder: string, program: string, title: string): Promise<void> {
  const session = await run(folder, program, { TITLE: title });
  assert.equal(session.title, title);
  assert.deepEqual(session, await readSession(session.sessionId));
}

async function readsLargeCounters(folder: string, program: string): Promise<void> {
  const key = randomUUID();
  const session = await run(folder, program, { MOONBORN_BASE_URL: examples.baseUrl, IDEMPOTENCY_KEY: key });
  assert.deepEqual(session, usedSession);
  assert.ok(examples.keys.has(key), 'The Idempotency-Key did not arrive');
}

/** A 429 has one of two bodies. The program fails, and says what the answer said. */
async function readsRefusals(folder: string, program: string): Promise<void> {
  for (const [personaId, body] of Object.entries(refusals)) {
    const message = 'error' in body ? body.error.message : body.message;
    await assert.rejects(
      run(folder, program, { MOONBORN_BASE_URL: examples.baseUrl, MOONBORN_PERSONA_ID: personaId }),
      (error) => error instanceof CommandFailed && error.output.includes(message),
      `The client does not say "${message}"`,
    );
  }
}

/** @returns what the program printed: a session, or for the collection several. */
async function run(folder: string, program: string, env: Record<string, string>) {
  const variables = { ...stack, TITLE: 'A title', IDEMPOTENCY_KEY: randomUUID(), ...env };
  return JSON.parse(await bash(program, { cwd: folder, env: variables }));
}

async function readSession(sessionId: string): Promise<Session> {
  const response = await fetch(`${stack.MOONBORN_BASE_URL}/v1/chat/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${stack.MOONBORN_API_KEY}` },
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Session;
}

/** @returns the folder of what was built, or nothing when a tool is missing or the build fails. */
async function build(name: string, { folder, needs, script }: Build): Promise<string | undefined> {
  for (const { command, atLeast } of needs) {
    const found = await versionOf(command);
    if (found === undefined || isOlder(found, atLeast)) {
      tally.skipped += 1;
      console.log(
        `skipped  ${name}: needs ${atLeast} of "${command}", which says ${found ?? 'nothing here'}`,
      );
      return undefined;
    }
  }
  const copy = join(scratch, folder);
  cpSync(join(here, folder), copy, { recursive: true });
  copyFileSync(document, join(copy, 'openapi.json'));
  const built = await attempt(`${name}: generate and compile`, () =>
    bash(script, { cwd: copy, env: cachesIn(scratch) }),
  );
  return built ? copy : undefined;
}

async function report(name: string, check: () => Promise<void>): Promise<void> {
  if (await attempt(name, check)) {
    tally.passed += 1;
    console.log(`ok       ${name} (${Math.round(process.uptime())} s after the start)`);
  }
}

async function attempt(name: string, check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    tally.failed += 1;
    console.log(`FAILED   ${name}\n${error instanceof Error ? error.message : error}`);
    return false;
  }
}

/** @returns the first number that the command prints, with what follows its dots. */
async function versionOf(command: string): Promise<string | undefined> {
  try {
    return /\d+(\.\d+)*/.exec(stripVTControlCharacters(await bash(`${command} 2>&1`)))?.[0];
  } catch {
    return undefined;
  }
}

function isOlder(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) < 0;
}
