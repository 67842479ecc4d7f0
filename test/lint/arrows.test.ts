// Which folder may import which: each import that biome.json forbids is planted once, and refused; so are circles.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const CONFIGURATION = join(ROOT, 'biome.json');

interface Arrow {
  /** The file that is planted. */
  readonly file: string;
  /** What biome.json says of each of the imports. */
  readonly message: string;
  /** From the root of the project, or the name of a package. */
  readonly forbidden: readonly string[];
}

const ADAPTERS = ['functions/dynamodb/lean.ts', 'functions/dynamodb/sdk.ts', 'functions/dynamodb/verbs.ts'];
const CLIENTS = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@smithy/core/retry'];
const ENTRIES = ['functions/authorize.ts', 'functions/start-chat-session.ts'];

const ARROWS: readonly Arrow[] = [
  {
    file: 'functions/planted.ts',
    message: 'an entry imports the folders of functions/, but no other entry and not the AWS SDK',
    forbidden: [
      ...filesOf('infra', 'local', 'admin', 'sdk', 'docs', 'bench', 'test'),
      ...ENTRIES,
      ...CLIENTS,
    ],
  },
  ...['functions/routes.ts', 'functions/headers.ts', 'functions/env.ts'].map((file) => ({
    file,
    message: 'what infra/ reads of functions/ imports the types of settings only',
    forbidden: [
      ...filesOf('infra', 'local'),
      ...ENTRIES,
      ...roomsBut(),
      'functions/limits/limit-requests.ts',
    ],
  })),
  ...['aws', 'observability'].map((room) => ({
    file: `functions/${room}/planted.ts`,
    message: 'functions/aws/ and functions/observability/ import nothing else of the project',
    forbidden: [...outside(), ...roomsBut(room), 'functions/routes.ts', ...CLIENTS, '#dynamodb-adapter'],
  })),
  {
    file: 'functions/dynamodb/planted.ts',
    message: 'functions/dynamodb/ imports aws/ only',
    forbidden: [...outside(), ...roomsBut('dynamodb', 'aws'), 'functions/routes.ts', 'functions/env.ts'],
  },
  {
    file: 'functions/http/planted.ts',
    message:
      'functions/http/ imports the verdict, the limit, the table, outages and the log, but no subject of the API',
    forbidden: [
      ...outside(),
      ...roomsBut('http', 'dynamodb', 'observability'),
      'functions/access/api-keys.ts',
      'functions/limits/plan.ts',
      ...ADAPTERS,
      ...CLIENTS,
    ],
  },
  {
    file: 'functions/access/planted.ts',
    message: 'functions/access/ imports the table in find-api-key.ts only, and no other subject',
    forbidden: [
      ...outside(),
      ...roomsBut('access'),
      'functions/dynamodb/table.ts',
      'functions/limits/limit-requests.ts',
      ...ADAPTERS,
      ...CLIENTS,
      '#dynamodb-adapter',
    ],
  },
  {
    file: 'functions/access/find-api-key.ts',
    message: 'find-api-key.ts imports access/ and the table only',
    forbidden: [...outside(), ...roomsBut('access', 'dynamodb'), ...ADAPTERS, ...CLIENTS],
  },
  ...['personas', 'usage'].map((room) => ({
    file: `functions/${room}/planted.ts`,
    message: 'functions/personas/ and functions/usage/ import the table only, by its port',
    forbidden: [...outside(), ...roomsBut(room, 'dynamodb'), ...ADAPTERS, ...CLIENTS, '#dynamodb-adapter'],
  })),
  {
    file: 'functions/sessions/planted.ts',
    message:
      'functions/sessions/ imports routes.ts, the table by its port, personas/, and call, body and refusals of http/',
    forbidden: [
      ...outside(),
      ...roomsBut('sessions', 'dynamodb', 'personas'),
      'functions/http/endpoint.ts',
      'functions/http/envelope.ts',
      ...ADAPTERS,
      ...CLIENTS,
      '#dynamodb-adapter',
    ],
  },
  {
    file: 'functions/limits/planted.ts',
    message: 'functions/limits/ imports the table by its port and http/refusal.ts only',
    forbidden: [
      ...outside(),
      ...roomsBut('limits', 'dynamodb'),
      'functions/http/call.ts',
      ...ADAPTERS,
      ...CLIENTS,
      '#dynamodb-adapter',
    ],
  },
  {
    file: 'functions/events/planted.ts',
    message: 'functions/events/ imports sessions/session-change.ts and aws/json-service.ts only',
    forbidden: [
      ...outside(),
      ...roomsBut('events'),
      'functions/dynamodb/table.ts',
      'functions/sessions/start.ts',
      ...CLIENTS,
      '#dynamodb-adapter',
    ],
  },
  ...['infra/planted.ts', 'infra/github-access/planted.ts'].map((file) => ({
    file,
    message:
      'infra/ imports functions/routes.ts, functions/headers.ts and functions/env.ts, and nothing else outside of infra/',
    forbidden: [
      ...filesOf('local', 'admin', 'sdk', 'docs', 'bench', 'test'),
      ...ENTRIES,
      ...roomsBut(),
      'functions/dynamodb/table.ts',
    ],
  })),
  ...['local/planted.ts', 'local/gateway/planted.ts'].map((file) => ({
    file,
    message:
      'local/ runs what was synthesised: only local/seed.ts imports admin/, and nothing else leaves local/',
    forbidden: [
      ...filesOf('infra', 'admin', 'sdk', 'docs', 'bench', 'test'),
      'functions/routes.ts',
      ...roomsBut(),
    ],
  })),
  {
    file: 'local/seed.ts',
    message: 'local/seed.ts imports local/, and of the other folders admin/demo-org.ts only',
    forbidden: [...filesOf('infra', 'sdk', 'docs', 'bench', 'test'), 'functions/routes.ts', ...roomsBut()],
  },
  {
    file: 'admin/planted.ts',
    message: 'admin/ imports functions/, but no entry and no http/, and infra/config.ts',
    forbidden: [
      ...filesOf('infra', 'local', 'sdk', 'docs', 'bench', 'test'),
      ...ENTRIES,
      'functions/http/refusal.ts',
    ],
  },
  {
    file: 'admin/cost/planted.ts',
    message:
      'the bill reads what admin/stage-config.ts and infra/stacks.ts synthesise, and functions/routes.ts',
    forbidden: [
      ...filesOf('local', 'sdk', 'docs', 'bench', 'test'),
      ...ENTRIES,
      ...roomsBut(),
      'infra/chat-api.ts',
      'admin/issue-api-key.ts',
    ],
  },
  {
    file: 'docs/openapi/planted.ts',
    message: 'docs/ imports functions/, but no entry, and nothing else outside of docs/',
    forbidden: [
      ...filesOf('infra', 'local', 'admin', 'sdk', 'bench', 'test'),
      ...ENTRIES,
      'functions/env.ts',
    ],
  },
  ...['sdk/planted.ts', 'sdk/typescript/src/planted.ts'].map((file) => ({
    file,
    message: 'sdk/ imports nothing outside of sdk/',
    forbidden: [...filesOf('infra', 'local', 'admin', 'docs', 'bench'), 'functions/routes.ts', ...roomsBut()],
  })),
];

function filesOf(...folders: readonly string[]): string[] {
  return folders.map((folder) => `${folder}/some/file.ts`);
}

/** One file of each folder of `functions/`. */
function roomsBut(...allowed: readonly string[]): string[] {
  return [
    'access',
    'aws',
    'dynamodb',
    'events',
    'http',
    'limits',
    'observability',
    'personas',
    'sessions',
    'usage',
  ]
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
  for (const { file, forbidden } of ARROWS) {
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

describe('What biome.json forbids', () => {
  it.each(ARROWS)('to $file is refused: $message', ({ file, message, forbidden }) => {
    const refused = refusals(file, 'lint/style/noRestrictedImports').map((one) => [
      forbidden[one.location.start.line - 1],
      one.message,
    ]);
    expect(refused).toEqual(forbidden.map((target) => [target, message]));
  });

  it('is planted here, every rule of it', () => {
    const messages = readFileSync(CONFIGURATION, 'utf8').matchAll(/"message": "(.*)"/g);
    const planted = new Set(ARROWS.map(({ message }) => message));
    expect(
      [...messages].map(([, message = '']) => message).filter((message) => !planted.has(message)),
    ).toEqual([]);
  });
});

describe('A circle of imports', () => {
  it.each(Object.entries(CIRCLES))('%s is refused', (_name, files) => {
    for (const file of Object.keys(files)) {
      expect(refusals(file, 'lint/suspicious/noImportCycles')).toHaveLength(1);
    }
  });
});
