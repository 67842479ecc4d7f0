// The package as a worker of workerd, where it is on the PATH: with today's rules, and with those from before `cache` was known.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyProject, emptyProject } from './empty-project.ts';
import { startScenarioServer } from './scenario-server.ts';

const workerd = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'workerd'))
  .find((program) => existsSync(program));

describe.skipIf(!workerd)('under workerd', () => {
  let project: EmptyProject;
  let server: Awaited<ReturnType<typeof startScenarioServer>>;
  beforeAll(async () => {
    [project, server] = await Promise.all([emptyProject(), startScenarioServer()]);
  });
  afterAll(() => Promise.all([project.remove(), server.stop()]));

  test.each(['2024-01-01', '2026-11-01'])(
    'with the rules of %s a start whose answer is lost becomes one session',
    async (date) => {
      const baseUrl = `${server.baseUrl}/${randomUUID()}/lost-answer`;
      await project.write(
        'sdk.mjs',
        await readFile(join(project.folder, 'node_modules/@moonborn/sdk/dist/index.js'), 'utf8'),
      );
      await project.write('worker.mjs', workerOf(baseUrl));
      const config = await project.write('config.capnp', configOf(date));

      const said = await askWorker(config);
      const received = await (await fetch(`${baseUrl}/__received`)).json();
      expect(said).toMatch(/^chs_/);
      expect(received.applied).toEqual([
        expect.objectContaining({ session: expect.objectContaining({ sessionId: said }) }),
      ]);
    },
  );
});

function workerOf(baseUrl: string): string {
  return `import Moonborn from 'sdk.mjs';
  export default {
    async fetch() {
      const client = new Moonborn({ apiKey: 'jwt', baseUrl: ${JSON.stringify(baseUrl)} });
      const { session } = await client.chat.startChatSession({ id: 'psn_demo', personaId: 'psn_demo' });
      return new Response(session.sessionId);
    },
  };`;
}

function configOf(date: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  compatibilityDate = "${date}",
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs"), (name = "sdk.mjs", esModule = embed "sdk.mjs")]
);
`;
}

async function askWorker(config: string): Promise<string> {
  const runtime = spawn(realpathSync(workerd ?? ''), ['serve', '--control-fd=1', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(runtime.stdout), 'line');
    const { port } = JSON.parse(line) as { port: number };
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } finally {
    runtime.kill();
    await once(runtime, 'exit');
  }
}
