// `npm start` as people use it: typed in a terminal, read, pasted from, interrupted.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const MAIN = join(import.meta.dirname, '../../local/main.ts');
const SLOW_MACHINE_MS = 90_000;

interface Start {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

function start(cwd: string, args: string[] = [], env: Record<string, string> = {}): Start {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => text, ended };
}

async function untilReady({ child, output, ended }: Start): Promise<void> {
  while (!output().includes('Ctrl-C stops.')) {
    const ready = Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
    await ready;
    if (child.exitCode !== null) {
      throw new Error(`npm start ended too early:\n${output()}`);
    }
  }
}

function readEnv(cwd: string): Record<string, string> {
  const lines = readFileSync(join(cwd, '.local/env'), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
}

describe('npm start', () => {
  it(
    'prints a cURL call that works when pasted, keeps data, and stops when interrupted',
    async () => {
      const cwd = tempFolder();
      const dataFolder = tempFolder();
      const first = start(cwd, ['--data', dataFolder]);
      await untilReady(first);
      const [curl] = /curl -i [\s\S]*?-d '[^']*'/.exec(first.output()) ?? [];
      const { stdout } = await promisify(execFile)('sh', ['-c', curl ?? 'nothing was printed']);
      expect(stdout).toMatch(/^HTTP\/1\.1 201 Created/);

      const env = readEnv(cwd);
      expect(statSync(join(cwd, '.local/env')).mode & 0o777).toBe(0o600);
      const list = (base: string, token: string) =>
        fetch(`${base}/v1/personas/${env.MOONBORN_PERSONA_ID}/chat/sessions`, {
          headers: { authorization: `Bearer ${token}` },
        });
      const withJwt = await list(env.MOONBORN_BASE_URL ?? '', env.MOONBORN_SESSION_JWT ?? '');
      expect(((await withJwt.json()) as { items: unknown[] }).items).toHaveLength(1);
      const own = await fetch(`${env.MOONBORN_BASE_URL}/v1/chat/sessions`, {
        headers: { authorization: `Bearer ${env.MOONBORN_SESSION_JWT}` },
      });
      expect(((await own.json()) as { items: unknown[] }).items).toHaveLength(1);

      first.child.kill('SIGINT');
      expect(await first.ended).toBe(0);
      expect(existsSync(join(cwd, '.local/env'))).toBe(false);
      expect(existsSync(join(cwd, '.local/stack.json'))).toBe(false);
      await expect(fetch(env.MOONBORN_BASE_URL ?? '')).rejects.toThrow();

      const second = start(cwd, ['--data', dataFolder]);
      await untilReady(second);
      const again = readEnv(cwd);
      const base = again.MOONBORN_BASE_URL ?? '';
      const kept = await list(base, again.MOONBORN_API_KEY ?? '');
      expect(((await kept.json()) as { items: unknown[] }).items).toHaveLength(1);
      expect((await list(base, env.MOONBORN_API_KEY ?? '')).status).toBe(401);
      expect((await list(base, env.MOONBORN_SESSION_JWT ?? '')).status).toBe(200);
      second.child.kill('SIGTERM');
      expect(await second.ended).toBe(0);
    },
    SLOW_MACHINE_MS,
  );

  it(
    'takes a configuration: limits are kept, and events are written to a file that it names',
    async () => {
      const cwd = tempFolder();
      const config = {
        sessionJwt: { issuer: 'https://issuer.example', audience: 'api' },
        limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
        events: { busName: 'chat' },
      };
      writeFileSync(join(cwd, 'my-config.json'), JSON.stringify(config));
      const configured = start(cwd, ['--config', 'my-config.json']);
      await untilReady(configured);
      expect(configured.output()).toContain('Events       .local/events.log');
      expect(configured.output()).not.toContain('Not run locally');

      const { MOONBORN_BASE_URL, MOONBORN_PERSONA_ID, MOONBORN_SESSION_JWT } = readEnv(cwd);
      const answer = await fetch(`${MOONBORN_BASE_URL}/v1/personas/${MOONBORN_PERSONA_ID}/chat/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MOONBORN_SESSION_JWT}`, 'content-type': 'application/json' },
        body: JSON.stringify({ personaId: MOONBORN_PERSONA_ID }),
      });
      expect(answer.headers.get('x-ratelimit-limit')).toBe('60');
      const { session } = (await answer.json()) as { session: object };

      configured.child.kill('SIGINT');
      expect(await configured.ended).toBe(0);
      const [line, ...others] = readFileSync(join(cwd, '.local/events.log'), 'utf8').trim().split('\n');
      expect(JSON.parse(line ?? '')).toMatchObject({
        eventBusName: 'chat',
        'detail-type': 'chat.session.started',
        detail: { session },
      });
      expect(others).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );

  it('says which port is taken, and what to do, before doing anything else', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const refused = start(tempFolder(), [], { PORT: port });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`Port ${port} is taken by another process.`);
    expect(refused.output()).not.toContain('Synthesise');
    server.close();
  });

  it.each([
    [['--dta', 'x'], {}, "Unknown option '--dta'"],
    [['extra'], {}, "Unexpected argument 'extra'"],
    [['--data', ''], {}, '--data needs the name of a folder'],
    [['--config', 'nowhere.json'], {}, 'The configuration file nowhere.json cannot be read as JSON'],
    [['--config', '.'], {}, 'The configuration file . cannot be read as JSON'],
    [[], { PORT: 'http' }, 'PORT must be a port number from 0 (any free one) to 65535, not "http"'],
    [[], { AWS_ENDPOINT_URL_DYNAMODB: 'dynamo' }, 'AWS_ENDPOINT_URL_DYNAMODB must be a URL, not "dynamo"'],
  ])('refuses %j with %j', async (args, env, message) => {
    const refused = start(tempFolder(), args, env);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(message);
  });

  it('shows its help', async () => {
    const help = start(tempFolder(), ['--help']);
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('Usage: npm start');
  });
});
