// Which folder may import which: each import that biome.json forbids is planted once, and refused; so are circles.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const CONFIGURATION = join(ROOT, 'biome.json');

const ADAPTER = '#dynamodb-adapter';
const ADAPTERS = ['functions/dynamodb/lean.ts', 'functions/dynamodb/sdk.ts', 'functions/dynamodb/verbs.ts'];
const CLIENTS = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@smithy/core/retry'];
const ENTRIES = ['functions/authorize.ts', 'functions/start-chat-session.ts'];

/** Of each file that is planted, imports that its folder may not have: files from the root of the project, and packages. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'functions/planted.ts': [
    ...filesOf('infra', 'local', 'admin', 'sdk', 'docs', 'bench', 'test'),
    ...ENTRIES,
    ...CLIENTS,
  ],
  ...each(['functions/routes.ts', 'functions/headers.ts', 'functions/env.ts'], () => [
    ...filesOf('infra', 'local'),
    ...ENTRIES,
    ...roomsBut(),
    'functions/limits/limit-requests.ts',
  ]),
  ...inRooms(['aws', 'observability'], [], ['functions/routes.ts', ...CLIENTS, ADAPTER]),
  ...inRooms(['dynamodb'], ['aws'], ['functions/routes.ts', 'functions/env.ts']),
  ...inRooms(
    ['http'],
    ['dynamodb', 'observability'],
    ['functions/access/api-keys.ts', 'functions/limits/plan.ts', ...ADAPTERS, ...CLIENTS],
  ),
  ...inRooms(
    ['access'],
    [],
    ['functions/dynamodb/table.ts', 'functions/limits/limit-requests.ts', ...ADAPTERS, ...CLIENTS, ADAPTER],
  ),
  'functions/access/find-api-key.ts': [
    ...outside(),
    ...roomsBut('access', 'dynamodb'),
    ...ADAPTERS,
    ...CLIENTS,
  ],
  ...inRooms(['personas', 'usage'], ['dynamodb'], [...ADAPTERS, ...CLIENTS, ADAPTER]),
  ...inRooms(
    ['sessions'],
    ['dynamodb', 'personas'],
    ['functions/http/endpoint.ts', 'functions/http/envelope.ts', ...ADAPTERS, ...CLIENTS, ADAPTER],
  ),
  ...inRooms(['limits'], ['dynamodb'], ['functions/http/call.ts', ...ADAPTERS, ...CLIENTS, ADAPTER]),
  ...inRooms(
    ['events'],
    [],
    ['functions/dynamodb/table.ts', 'functions/sessions/start.ts', ...CLIENTS, ADAPTER],
  ),
  ...each(['infra/planted.ts', 'infra/github-access/planted.ts'], () => [
    ...filesOf('local', 'admin', 'sdk', 'docs', 'bench', 'test'),
    ...ENTRIES,
    ...roomsBut(),
    'functions/dynamodb/table.ts',
  ]),
  ...each(['local/planted.ts', 'local/gateway/planted.ts'], () => [
    ...filesOf('infra', 'admin', 'sdk', 'docs', 'bench', 'test'),
    'functions/routes.ts',
    ...roomsBut(),
  ]),
  'local/seed.ts': [
    ...filesOf('infra', 'sdk', 'docs', 'bench', 'test'),
    'functions/routes.ts',
    ...roomsBut(),
  ],
  'admin/planted.ts': [
    ...filesOf('infra', 'local', 'sdk', 'docs', 'bench', 'test'),
    ...ENTRIES,
    'functions/http/refusal.ts',
  ],
  'admin/cost/planted.ts': [
    ...filesOf('local', 'sdk', 'docs', 'bench', 'test'),
    ...ENTRIES,
    ...roomsBut(),
    'infra/chat-api.ts',
    'admin/issue-api-key.ts',
  ],
  'docs/openapi/planted.ts': [
    ...filesOf('infra', 'local', 'admin', 'sdk', 'bench', 'test'),
    ...ENTRIES,
    'functions/env.ts',
  ],
  ...each(['sdk/planted.ts', 'sdk/typescript/src/planted.ts'], () => [
    ...filesOf('infra', 'local', 'admin', 'docs', 'bench'),
    'functions/routes.ts',
    ...roomsBut(),
  ]),
};

function each(names: readonly string[], forbidden: (name: string) => string[]): Record<string, string[]> {
  return Object.fromEntries(names.map((name) => [name, forbidden(name)]));
}

/** A file in each of these folders of `functions/`, which may import some of the other folders. */
function inRooms(rooms: readonly string[], allowed: readonly string[], also: readonly string[]) {
  return Object.fromEntries(
    rooms.map((room) => [
      `functions/${room}/planted.ts`,
      [...outside(), ...roomsBut(room, ...allowed), ...also],
    ]),
  );
}

function filesOf(...folders: readonly string[]): string[] {
  return folders.map((folder) => `${folder}/some/file.ts`);
}

/** One file of each folder of `functions/`. */
function roomsBut(...allowed: readonly string[]): string[] {
  return 'access aws dynamodb events http limits observability personas sessions usage'
    .split(' ')
    .filter((room) => !allowed.includes(room))
    .map((room) => `functions/${room}/some-file.ts`);
}

/** What no folder of `functions/` imports. */
function outside(): string[] {
  return [...filesOf('infra', 'local', 'admin', 'sdk', 'docs', 'bench', 'test'), ...ENTRIES];
}

const CIRCLES = {
  'of types': {
    'functions/sessions/circle.ts': "import type { B } from './circle-b.ts';\nexport interface A { b?: B }\n",
    'functions/sessions/circle-b.ts': "import type { A } from './circle.ts';\nexport interface B { a?: A }\n",
  },
  'through another folder': {
    'local/circle.ts': "import { b } from './gateway/circle.ts';\nexport const a = () => b();\n",
    'local/gateway/circle.ts': "import { c } from '../lambda/circle.ts';\nexport const b = () => c();\n",
    'local/lambda/circle.ts': "import { a } from '../circle.ts';\nexport const c = () => a();\n",
  },
} as const;

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

let folder: string;
let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'moonborn-arrows-'));
  cpSync(CONFIGURATION, join(folder, 'biome.json'));
  for (const [file, forbidden] of Object.entries(ARROWS)) {
    plant(file, forbidden.map((target) => `import '${specifier(file, target)}';\n`).join(''));
  }
  for (const files of Object.values(CIRCLES)) {
    for (const [file, text] of Object.entries(files)) {
      plant(file, text);
    }
  }
  diagnostics = await lint();
});

afterAll(() => rmSync(folder, { recursive: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function specifier(file: string, target: string): string {
  if (/^[@#]/.test(target)) {
    return target;
  }
  const path = relative(dirname(file), target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Biome ends with 1 where it refuses anything; what matters is its report. */
async function lint(): Promise<Diagnostic[]> {
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', folder];
  const report = await new Promise<string>((done) => {
    execFile(biome, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => done(stdout));
  });
  return JSON.parse(report).diagnostics;
}

function refusals(file: string, category: string): Diagnostic[] {
  return diagnostics
    .filter((one) => one.location.path.endsWith(file) && one.category === category)
    .toSorted((a, b) => a.location.start.line - b.location.start.line);
}

const FORBIDDEN = 'lint/style/noRestrictedImports';

describe('What biome.json forbids', () => {
  it.each(Object.entries(ARROWS))('to %s is refused, by one rule', (file, forbidden) => {
    const refused = refusals(file, FORBIDDEN);
    expect(refused.map((one) => forbidden[one.location.start.line - 1])).toEqual(forbidden);
    expect(new Set(refused.map(({ message }) => message)).size).toBe(1);
  });

  it('is planted here, every rule of it', () => {
    const messages = readFileSync(CONFIGURATION, 'utf8').matchAll(/"message": "(.*)"/g);
    const planted = new Set(refusals('', FORBIDDEN).map(({ message }) => message));
    expect(new Set([...messages].map(([, message]) => message))).toEqual(planted);
  });
});

describe('A circle of imports', () => {
  it.each(Object.entries(CIRCLES))('%s is refused', (_name, files) => {
    for (const file of Object.keys(files)) {
      expect(refusals(file, 'lint/suspicious/noImportCycles')).toHaveLength(1);
    }
  });
});
