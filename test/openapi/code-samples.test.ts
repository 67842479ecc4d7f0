// The samples of the OpenAPI document, run as they stand there, against a local stack that holds the session of the examples.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activeSession, archivedSession, turn } from '../../docs/openapi/examples.ts';
import type { Operation } from '../../functions/routes.ts';
import { parseSessionId } from '../../functions/sessions/session.ts';
import { sessionKey, userIndexKey } from '../../functions/sessions/session-item.ts';
import { type Demo, seedDemo } from '../../local/seed.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { allOperations } from './published-document.ts';

const { sessionId } = activeSession;

/** The counters of the session before the turn of the example. */
const before = {
  messageCount: activeSession.messageCount - turn.messages,
  inputTokens: activeSession.inputTokens - turn.inputTokens,
  outputTokens: activeSession.outputTokens - turn.outputTokens,
  costUsdMicros: activeSession.costUsdMicros - turn.costUsdMicros,
};

/** What reading the session that a sample printed answers afterwards, and else the session of the examples. */
const afterwards: Record<Operation, object> = {
  startChatSession: { title: activeSession.title, messageCount: 0 },
  listChatSessionsForPersona: before,
  listChatSessions: before,
  getChatSession: { ...before, title: activeSession.title },
  updateChatSession: { ...before, title: archivedSession.title },
  recordChatTurn: { messageCount: activeSession.messageCount, costUsdMicros: activeSession.costUsdMicros },
  endChatSession: { ...before, status: 'ended' },
  deleteChatSession: { error: { code: 'not_found' } },
};

const folder = mkdtempSync(join(tmpdir(), 'moonborn-samples-'));
const root = fileURLToPath(new URL('../..', import.meta.url));
const pythonPath = { PYTHONPATH: join(root, 'sdk/python/src'), PYTHONDONTWRITEBYTECODE: '1' };
const python = findPython();
if (python === undefined) {
  console.info(
    'The samples for Python are not run: no Python here has httpx (test/engines/install-moto installs it).',
  );
}

const languages: Record<string, { program: string | undefined; file: string }> = {
  Shell: { program: 'sh', file: 'sample.sh' },
  TypeScript: { program: process.execPath, file: 'sample.mts' },
  Python: { program: python, file: 'sample.py' },
};

let stack: LocalStack;
let demo: Demo;

beforeAll(async () => {
  await buildSdk();
  stack = await startLocalStack({ port: 0, folder: join(folder, 'stack'), config: { sessionsByUser: true } });
  demo = await seedDemo(stack);
});
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('every operation has a sample for each language', () => {
  for (const { operationId, 'x-codeSamples': samples } of allOperations()) {
    expect(
      samples.map(({ lang }) => lang),
      operationId,
    ).toEqual(Object.keys(languages));
  }
});

describe.each(Object.entries(languages))('in %s', (lang, { program, file }) => {
  beforeEach(putSessionOfTheExamples);

  test.skipIf(program === undefined).each(allOperations())(
    '$operationId does what it says',
    async (operation) => {
      const source = operation['x-codeSamples'].find((sample) => sample.lang === lang)?.source ?? '';
      writeFileSync(join(folder, file), source);
      const { PATH } = process.env;
      const { stdout } = await promisify(execFile)(program ?? '', [file], {
        cwd: folder,
        env: { PATH, ...pythonPath, MOONBORN_API_KEY: demo.apiKey, MOONBORN_BASE_URL: stack.baseUrl },
      });
      const printed = stdout.match(/chs_\w+/g) ?? [];
      const isStart = operation.operationId === 'startChatSession';
      if (isStart) {
        expect(printed).not.toContain(sessionId);
      } else if (operation.operationId !== 'deleteChatSession') {
        expect(printed).toContain(sessionId);
      }
      expect(await read(isStart ? (printed[0] ?? '') : sessionId)).toMatchObject(
        afterwards[operation.operationId],
      );
    },
  );
});

async function read(id: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${demo.apiKey}` };
  return (await fetch(`${stack.baseUrl}/v1/chat/sessions/${id}`, { headers })).json();
}

/** Puts it back as it was, whatever the sample before has changed. */
async function putSessionOfTheExamples(): Promise<void> {
  const named = parseSessionId(sessionId);
  if (named === undefined) {
    throw new Error(`The examples have no session id: ${sessionId}`);
  }
  const { userId, title, startedAt, lastActiveAt } = activeSession;
  const Item = {
    ...sessionKey({ ...activeSession, ...named }),
    ...userIndexKey(activeSession, named.ulid),
    ...before,
    ...{
      userId,
      title,
      startedAt,
      lastActiveAt,
      status: 'active',
      startRequestId: 'example',
      turn: turn.turn - 1,
    },
  };
  await stack.table.client.send(new PutCommand({ TableName: stack.table.name, Item }));
}

/** Where the samples import it from: `@moonborn/sdk`, beside them. */
async function buildSdk(): Promise<void> {
  const outdir = join(folder, 'node_modules/@moonborn/sdk');
  const entry = join(root, 'sdk/typescript/src/index.ts');
  await build({ entryPoints: [entry], outdir, bundle: true, format: 'esm', logLevel: 'error' });
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
}

function findPython(): string | undefined {
  const venvs = [process.env.MOONBORN_TEST_VENV ?? join(root, '.venv'), join(root, 'sdk/python/.venv')];
  return [...venvs.map((venv) => join(venv, 'bin/python')), 'python3'].find((program) => {
    try {
      execFileSync(program, ['-c', 'import moonborn'], {
        env: { ...process.env, ...pythonPath },
        stdio: 'ignore',
      });
      return true;
    } catch {
      return false;
    }
  });
}
