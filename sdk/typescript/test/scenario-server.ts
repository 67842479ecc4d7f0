// The misbehaving server of ../../scenario-server.ts, as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../scenario-server.ts', import.meta.url));

export async function startScenarioServer(): Promise<{ baseUrl: string; stop(): Promise<void> }> {
  const server = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  const ready = once(createInterface(server.stdout), 'line');
  const line = await Promise.race([ready, exited.then(() => undefined)]);
  if (!line)
    throw new Error(`${program} did not start under Node ${process.version}: it needs 22.18 or later.`);
  const { baseUrl } = JSON.parse(line[0]) as { baseUrl: string };
  const stop = async () => {
    server.stdin.end();
    await exited;
  };
  return { baseUrl, stop };
}
