// `npm start` as people use it: typed in a terminal, read, pasted from, interrupted.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  leftBehind,
  MAIN,
  readEnv,
  start,
  startByNpm,
  startProgram,
  until,
  untilReady,
} from './npm-start.ts';
import { tempFolder } from './temp-folder.ts';

/** Linux has it, and gives a program a terminal. */
const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

describe('npm start', () => {
  it('prints a cURL call that works when pasted, a line for each request, keeps data, and stops when interrupted', async () => {
    const cwd = tempFolder();
    const dataFolder = tempFolder();
    const first = start(cwd, ['--data', dataFolder]);
    await untilReady(first);
    const [curl] = /curl -i [\s\S]*?-d '[^']*'/.exec(first.output()) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', curl ?? 'nothing was printed']);
    expect(stdout).toMatch(/^HTTP\/1\.1 201 Created/);
    const [, requestId] = /^x-request-id: (.*?)\r?$/m.exec(stdout) ?? [];
    await until(requestId ?? 'nothing', first);
    const line = first
      .output()
      .split('\n')
      .find((text) => text.includes(requestId ?? 'nothing'));
    expect(line).toMatch(/^ {2}201 POST {3}\/v1\/personas\/psn_demo\/chat\/sessions {2}\d+ ms {2}\S+$/);

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
    expect(leftBehind(cwd)).toEqual([]);
    await expect(fetch(env.MOONBORN_BASE_URL ?? '')).rejects.toThrow();

    const second = start(cwd, ['--data', dataFolder]);
    await untilReady(second);
    const again = readEnv(cwd);
    const base = again.MOONBORN_BASE_URL ?? '';
    const kept = await list(base, again.MOONBORN_API_KEY ?? '');
    expect(((await kept.json()) as { items: unknown[] }).items).toHaveLength(1);
    expect((await list(base, env.MOONBORN_API_KEY ?? '')).status).toBe(401);
    expect((await list(base, env.MOONBORN_SESSION_JWT ?? '')).status).toBe(200);
    // A terminal that is closed takes no more text, and says so by SIGHUP.
    second.child.stdout?.destroy();
    second.child.stderr?.destroy();
    second.child.kill('SIGHUP');
    expect(await second.ended).toBe(0);
    expect(leftBehind(cwd)).toEqual([]);
  });

  it('takes a configuration: limits are kept, and events are written to a file that it names; stops without a terminal', async () => {
    const cwd = tempFolder();
    const config = {
      sessionJwt: { issuer: 'https://issuer.example', audience: 'api' },
      limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
      events: { busName: 'chat' },
    };
    writeFileSync(join(cwd, 'my-config.json'), JSON.stringify(config));
    const configured = start(cwd, ['--config', 'my-config.json', '--quiet']);
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

    expect(configured.output()).not.toContain('201 POST');

    const refused = start(cwd);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(
      `A local stack is running already: ${MOONBORN_BASE_URL} (process ${configured.child.pid}, folder ${join(cwd, '.local')}). Use that one, or stop it: npm start -- --stop`,
    );
    expect(readEnv(cwd)).toMatchObject({ MOONBORN_BASE_URL });
    const stop = start(cwd, ['--stop']);
    expect(await stop.ended).toBe(0);
    expect(stop.output()).toContain(`(process ${configured.child.pid})`);
    expect(await configured.ended).toBe(0);
    expect(leftBehind(cwd)).toEqual([]);
    const [line, ...others] = readFileSync(join(cwd, '.local/events.log'), 'utf8').trim().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      eventBusName: 'chat',
      'detail-type': 'chat.session.started',
      detail: { session },
    });
    expect(others).toEqual([]);
  });

  it('names the file and the field where a configuration is wrong, not a copy', async () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'my-config.json'), '\uFEFF{"usge": true}');
    const refused = start(cwd, ['--config', 'my-config.json']);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(
      'The configuration of stage "dev" with my-config.json is not valid:\n  unknown field `usge`; did you mean `usage`?',
    );
    expect(refused.output()).not.toContain(join('.local', 'config.json'));
  });

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
    [['--port', '70000'], {}, '--port must be a port number from 0 (any free one) to 65535, not "70000"'],
    [[], { PORT: 'http' }, 'PORT must be a port number from 0 (any free one) to 65535, not "http"'],
    [[], { AWS_ENDPOINT_URL_DYNAMODB: 'dynamo' }, 'AWS_ENDPOINT_URL_DYNAMODB must be a URL, not "dynamo"'],
  ])('refuses %j with %j', async (args, env, message) => {
    const refused = start(tempFolder(), args, env);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(message);
  });

  it.each([
    [['--throttle'], 'npm has taken --throttle for an option of its own', 'npm start -- --throttle'],
    [['--data', './data'], 'npm has taken --data for an option of its own', 'npm start -- --data …'],
    [['--create-table', '--port=1'], 'npm has taken --port and --create-table', '-- --port … --create-table'],
  ])('says that npm has taken %j, and what to type', async (args, message, remedy) => {
    const refused = startByNpm(tempFolder(), args);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(message);
    expect(refused.output()).toContain(remedy);
  });

  it('shows its help, and its version', async () => {
    const help = start(tempFolder(), ['--help']);
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('Usage: npm start');
    const version = start(tempFolder(), ['--version']);
    expect(await version.ended).toBe(0);
    const { version: expected } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(version.output()).toBe(`${expected}\n`);
  });

  it.skipIf(!hasScript).each([
    ['has colours on a terminal', {}, true],
    ['has none under NO_COLOR, even where they are forced', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', async (_title, env, coloured) => {
    const command = `"${process.execPath}" "${MAIN}" --port none`;
    const onTerminal = startProgram('script', ['-qec', command, '/dev/null'], tempFolder(), {
      TERM: 'xterm-256color',
      ...env,
    });
    expect(await onTerminal.ended).toBe(1);
    expect(onTerminal.output()).toContain('--port must be a port number');
    expect(onTerminal.output().includes('\u001b[')).toBe(coloured);
  });
});
