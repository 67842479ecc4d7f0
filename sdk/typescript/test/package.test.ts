// The package as callers get it: packed, installed into an empty project, and used from there.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyProject, emptyProject } from './empty-project.ts';
import { startScenarioServer } from './scenario-server.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const example = /```ts\n(import Moonborn[\s\S]*?)```/.exec(
  readFileSync(join(packageFolder, 'README.md'), 'utf8'),
)?.[1];
if (!example) throw new Error('README.md no longer opens with the published example');
const runnable = example.replaceAll("'<string>'", "'psn_demo'");

let project: EmptyProject;
let server: Awaited<ReturnType<typeof startScenarioServer>>;
beforeAll(async () => {
  [project, server] = await Promise.all([emptyProject(), startScenarioServer()]);
}, 300_000);
afterAll(() => Promise.all([project.remove(), server.stop()]));

const { MOONBORN_BASE_URL, MOONBORN_API_KEY, MOONBORN_PERSONA_ID } = process.env;
const stack =
  MOONBORN_BASE_URL && MOONBORN_API_KEY && MOONBORN_PERSONA_ID
    ? { MOONBORN_BASE_URL, MOONBORN_API_KEY }
    : undefined;

const environment = () => ({
  MOONBORN_API_KEY: 'sk_test_0123456789',
  MOONBORN_BASE_URL: `${server.baseUrl}/${randomUUID()}/lost-answer`,
});

test('the package holds its bundles and types, and brings no dependencies', () => {
  const installed = join(project.folder, 'node_modules');
  expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['@moonborn']);
  const files = readdirSync(join(installed, '@moonborn/sdk'), { recursive: true }).map(String);
  const needed = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'dist/index.js',
    'dist/index.cjs',
    'dist/index.d.ts',
  ];
  expect(files).toEqual(expect.arrayContaining(needed));
  expect(files.filter((file) => /^(test|scripts)/.test(file))).toEqual([]);
});

test('every map of the types and of the bundles leads to a source in the package', () => {
  const dist = join(project.folder, 'node_modules/@moonborn/sdk/dist');
  const maps = readdirSync(dist).filter((name) => name.endsWith('.map'));
  expect(maps).toEqual(
    expect.arrayContaining(['index.d.ts.map', 'chat.d.ts.map', 'chat.d.cts.map', 'index.js.map']),
  );
  for (const map of maps) {
    const { sources } = JSON.parse(readFileSync(join(dist, map), 'utf8')) as { sources: string[] };
    for (const source of sources) expect(existsSync(join(dist, source)), `${map}: ${source}`).toBe(true);
  }
});

test.skipIf(!stack)('the published example runs against the stack', async () => {
  const file = await project.write('stack.mjs', example.replaceAll('<string>', MOONBORN_PERSONA_ID ?? ''));
  expect(await project.run(process.execPath, [file], stack)).toMatch(/^chs_[0-9A-HJKMNP-TV-Z]{26}(-\d+)?_/);
});

describe.each(runtimesOnPath())('under %s', (_name, program, options) => {
  test('the published example runs as an ES module and ends by itself', async () => {
    const file = await project.write('example.mjs', runnable);
    expect(await project.run(program, [...options, file], environment())).toMatch(
      /^chs_[0-9A-HJKMNP-TV-Z]{26}_psn_demo\n$/,
    );
  });

  test('the package that is required is the class, with all else as its properties', async () => {
    const file = await project.write(
      'example.cjs',
      `const Moonborn = require('@moonborn/sdk');
      const { default: byDefault, Moonborn: byName, NotFoundError } = Moonborn;
      const error = require('node:util').inspect(new NotFoundError('gone', { code: 'not_found' }));
      new Moonborn().chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' }).then(({ session }) =>
        console.log(session.sessionId, Moonborn === byDefault, Moonborn === byName, error));`,
    );
    expect(await project.run(program, [...options, file], environment())).toMatch(
      /^chs_\S+ true true NotFoundError: gone\n/,
    );
  });
});

describe.each([
  ['TypeScript 5.9', '../package.json'],
  ['TypeScript 5.0', '../../oldest-typescript/package.json'],
])('with %s', (name, user) => {
  const tsc = createRequire(new URL(user, import.meta.url)).resolve('typescript/bin/tsc');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
  const compile = (file: string, ...options: string[]) =>
    project.run(process.execPath, [tsc, ...strict, ...options, file]).then(
      () => '',
      (error) => error.stdout,
    );

  test('it is this compiler that compiles', async () => {
    expect(await project.run(process.execPath, [tsc, '--version'])).toContain(
      name.replace('TypeScript', 'Version'),
    );
  });

  test.each([
    ['published.mts', 'nodenext'],
    ['published.cts', 'nodenext'],
    ['published.ts', 'esnext'],
  ])('the published example compiles as %s', async (name, module) => {
    const resolution = module === 'nodenext' ? 'nodenext' : 'bundler';
    const declared = `declare const process: { env: Record<string, string | undefined> };\n${runnable}`;
    const wrapped = name.endsWith('.cts') ? asCommonJs(declared) : declared;
    const file = await project.write(name, wrapped);
    expect(await compile(file, '--module', module, '--moduleResolution', resolution)).toBe('');
  });

  test('the types of what is required are those of the class and its properties', async () => {
    const file = await project.write(
      'required.cts',
      `import Moonborn = require('@moonborn/sdk');
      const client: Moonborn = new Moonborn({ apiKey: async () => 'jwt', logLevel: 'info' });
      export const read = (id: string): Promise<Moonborn.ChatSession> => client.chat.getChatSession({ id });
      export const other: Moonborn = new Moonborn.default();
      export const named: Moonborn = new Moonborn.Moonborn();
      export const isGone = (error: unknown) => error instanceof Moonborn.NotFoundError;
      // @ts-expect-error: a type, which is nothing at run time
      new Moonborn.Chat();`,
    );
    expect(await compile(file, '--module', 'nodenext', '--moduleResolution', 'nodenext')).toBe('');
  });

  test('no types of the DOM or of Node are needed', async () => {
    const file = await project.write(
      'bare.mts',
      `import Moonborn, { type APIError, type ChatSession, ConflictError, MoonbornCore, MoonbornError, type RateLimitError, ServerError } from '@moonborn/sdk';
      const client = new Moonborn({ apiKey: undefined, timeoutMs: 5 });
      export async function titles(id: string): Promise<string[]> {
        const titles: string[] = [];
        for await (const session of client.chat.listChatSessionsForPersona({ id })) titles.push(session.title);
        return titles;
      }
      export const first = async (id: string): Promise<ChatSession | undefined> =>
        (await client.chat.listChatSessionsForPersona({ id, limit: 1 })).items[0];
      export const isGone = (error: unknown) => error instanceof MoonbornError && error.code === 'not_found';
      export const status = (error: MoonbornError): number | undefined => error.status;
      export function told(error: APIError): string {
        if (error instanceof ConflictError) return error.message;
        if (error instanceof ServerError) return error.code;
        return \`\${error.status}\`;
      }
      export async function archive(id: string): Promise<string | undefined> {
        const { session } = await client.chat.updateChatSession({ id, archived: true, metadata: { topic: 'travel' } });
        return session.metadata?.topic;
      }
      export async function told2(id: string): Promise<string> {
        const { data, requestId, rateLimit, attempts, headers } = await client.chat.getChatSession({ id }).withResponse();
        const left: number | undefined = rateLimit?.remaining;
        return \`\${data.title} \${requestId} \${left} \${attempts} \${headers.get('date')} \${rateLimit?.resetAt.getTime()}\`;
      }
      export const requestId = async (id: string): Promise<string | undefined> =>
        (await client.chat.startChatSession({ id, personaId: id })).requestId;
      export async function pages(): Promise<number> {
        let sessions = 0;
        for await (const page of client.chat.listChatSessions().iterPages()) sessions += page.items.length;
        return sessions;
      }
      const watching = new Moonborn({
        apiKey: () => Promise.resolve('jwt'),
        onRetry: ({ attempt, delayMs, error }) => [attempt + delayMs, error.idempotencyKey, error.toJSON()],
        onRateLimitNearCap: async ({ remaining, resetIn }) => remaining / resetIn,
        defaultHeaders: { traceparent: undefined, 'x-team': 'search' },
      });
      watching.chat.getChatSession({ id: 'chs_1' }, { headers: { 'x-team': null } });
      const limit = (error: RateLimitError): number | undefined => error.rateLimit?.limit;
      export const core = [new MoonbornCore({ apiKey: 'jwt' }).chat, limit];
      // @ts-expect-error: the small client has no logger
      new MoonbornCore({ logLevel: 'info' });
      export const isNew = async (id: string, turn: number): Promise<boolean> =>
        !(await client.chat.recordChatTurn({ id, turn, messages: 2, inputTokens: 1, outputTokens: 1, costUsdMicros: 0 }))
          .alreadyRecorded;
      export async function own(): Promise<ChatSession[]> {
        const sessions: ChatSession[] = [];
        for await (const session of client.chat.listChatSessions()) sessions.push(session);
        return sessions;
      }
      // @ts-expect-error: a turn needs its number
      client.chat.recordChatTurn({ id: 'chs_1', messages: 2, inputTokens: 1, outputTokens: 1, costUsdMicros: 0 });
      // @ts-expect-error: metadata holds texts
      client.chat.updateChatSession({ id: 'chs_1', metadata: { topic: 7 } });
      // @ts-expect-error: a start needs its persona twice
      client.chat.startChatSession({ id: 'psn_demo' });
      // @ts-expect-error: only a start has a key
      client.chat.getChatSession({ id: 'chs_1' }, { idempotencyKey: 'a' });`,
    );
    const modern = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--lib', 'es2022'];
    expect(await compile(file, ...modern)).toBe('');
  });

  test('the fetch and the signals of the DOM fit', async () => {
    const file = await project.write(
      'browser.ts',
      `import Moonborn from '@moonborn/sdk';
      const client = new Moonborn({ apiKey: 'jwt', fetch });
      client.chat.getChatSession({ id: 'chs_1' }, { signal: AbortSignal.timeout(5) });
      new Moonborn({ fetch: (url, request) => fetch(url, { ...request, cache: 'no-store' }), logger: console });
      client.chat.getChatSession({ id: 'chs_1' }, { headers: new Headers({ 'x-team': 'search' }) });`,
    );
    const browser = [
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--lib',
      'es2022,dom,dom.iterable',
    ];
    expect(await compile(file, ...browser)).toBe('');
  });
});

function asCommonJs(text: string): string {
  const [head = '', body = ''] = text.split(/(?<=@moonborn\/sdk';\n)/);
  return `${head}async function main() {${body}}\nvoid main();`;
}

// Every runtime on the PATH, since the oldest Node that is supported is seldom the one that runs the tests.
function runtimesOnPath(): [name: string, program: string, options: string[]][] {
  const inDeno = [
    'run',
    '--no-prompt',
    '--node-modules-dir=manual',
    '--allow-env',
    '--allow-net',
    '--allow-read',
  ];
  const found = [
    { program: process.execPath, options: [] },
    ...everyProgram('node').map((program) => ({ program, options: [] })),
    ...everyProgram('bun').map((program) => ({ program, options: [] })),
    ...everyProgram('deno').map((program) => ({ program, options: inDeno })),
  ];
  const runtimes = new Map(found.map(({ program, options }) => [realpathSync(program), options]));
  return [...runtimes].map(([program, options]) => {
    const [version = ''] = execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n');
    return [`${basename(program)} ${version}`, program, options];
  });
}

function everyProgram(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).filter((program) => existsSync(program));
}
