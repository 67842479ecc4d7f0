// `npm run bench -- peers`: the local stack beside servers that others would start, in one run.
import { mkdirSync } from 'node:fs';
import { type Answers, runLoad } from './load/measure-load.ts';
import { type ReadyStack, startCall } from './load/ready-stack.ts';
import { startServer } from './load/server-process.ts';
import { install } from './peers/install.ts';
import { PEERS, type Peer, type Promises } from './peers/peers.ts';
import { residentMb } from './peers/resident.ts';
import { runPeer } from './peers/run-peer.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { median } from './report/statistics.ts';
import { rounded, textTable } from './report/text-table.ts';

export interface PeersOptions {
  readonly rounds: number;
  /** For each server in each round. */
  readonly seconds: number;
  readonly warmUp: number;
  readonly connections: number;
  /** The folder for the installed servers, kept between runs. */
  readonly scratch: string;
}

interface Contestant {
  readonly name: string;
  readonly promises: Promises;
  readonly readyMs: number;
  readonly pid: number;
  readonly baseUrl: string;
  readonly call: Peer['call'];
  stop(): Promise<void>;
}

const OURS: Promises = {
  durable: 'a kill, with --data',
  exactlyOnce: 'yes',
  tenants: 'yes',
  authentication: 'yes',
};

export async function benchPeers({
  rounds,
  seconds,
  warmUp,
  connections,
  scratch,
}: PeersOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  mkdirSync(scratch, { recursive: true });
  const servers: Contestant[] = [];
  try {
    for (const stage of ['dev', 'prod']) {
      servers.push(await startOurs(stage));
    }
    for (const peer of PEERS) {
      try {
        servers.push(await startPeer(peer, scratch));
      } catch (error) {
        console.log(`Not measured: ${(error as Error).message}`);
      }
    }
    const results = servers.map((server) => ({ server, taken: [] as Answers[] }));
    for (const { call, baseUrl } of servers) {
      await runLoad(baseUrl, call, connections, warmUp);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { server, taken } of results) {
        taken.push(await runLoad(server.baseUrl, server.call, connections, seconds));
      }
    }
    const measured = results.map(({ server: { name, readyMs, pid, promises }, taken }) => ({
      name,
      readyMs,
      residentMb: residentMb(pid),
      perSecond: median(taken.map((one) => one.perSecond)),
      p50Ms: median(taken.map((one) => one.p50Ms)),
      p99Ms: median(taken.map((one) => one.p99Ms)),
      errors: taken.reduce((sum, { errors }) => sum + errors, 0),
      promises,
    }));
    const first = measured[0]?.perSecond ?? Number.NaN;
    const ofDev = (perSecond: number) => rounded(perSecond / first, 2);
    console.log(
      `\n${textTable(
        [
          'server',
          'of dev',
          'starts/s',
          'p50 ms',
          'p99 ms',
          'errors',
          'ready s',
          'RSS MB',
          'durable',
          'exactly once',
          'tenants',
          'authentication',
        ],
        measured.map(({ promises, ...one }) => [
          one.name,
          ofDev(one.perSecond),
          rounded(one.perSecond),
          rounded(one.p50Ms),
          rounded(one.p99Ms),
          one.errors,
          rounded(one.readyMs / 1000, 1),
          rounded(one.residentMb),
          promises.durable,
          promises.exactlyOnce,
          promises.tenants,
          promises.authentication,
        ]),
      )}\n`,
    );
    console.log(
      `${connections} connections, medians of ${rounds} rounds of ${seconds} s in turns; servers and load share the cores. "Durable" says what a session survives.`,
    );
    console.log(saveResults('peers', machine, { rounds, seconds, connections, measured }));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function startOurs(stage: string): Promise<Contestant> {
  const startedMs = performance.now();
  const { ready, pid, stop } = await startServer<ReadyStack>('serve-stack.ts', [stage, '{}']);
  return {
    name: `ours, ${stage}`,
    promises: OURS,
    readyMs: performance.now() - startedMs,
    pid,
    baseUrl: ready.baseUrl,
    call: startCall(ready.personaId, ready.apiKey),
    stop,
  };
}

async function startPeer(peer: Peer, scratch: string): Promise<Contestant> {
  const { name, promises, call } = peer;
  return { name, promises, call, ...(await runPeer(peer, await install(peer, scratch))) };
}
