// Measures one server with one number of connections: its answers, its latency and its CPU time.
import autocannon from 'autocannon';
import type { ServerProcess } from './server-process.ts';
import type { CpuTime } from './tell-parent.ts';

export interface Place {
  readonly baseUrl: string;
}

export interface StartCall {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Measured extends Omit<Answers, 'answers'> {
  readonly server: string;
  readonly connections: number;
  /** For each answer. It depends less on other load of the machine than the throughput does. */
  readonly cpuMicros: CpuTime;
  /** CPU time of the load generator for each answer. */
  readonly loadCpuMicros: number;
}

/** The answers to one load. */
export interface Answers {
  readonly answers: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
}

export async function runLoad(
  baseUrl: string,
  { path, headers, body }: StartCall,
  connections: number,
  seconds: number,
): Promise<Answers> {
  const url = baseUrl + path;
  const result = await autocannon({ url, method: 'POST', headers, body, connections, duration: seconds });
  return {
    answers: result['2xx'] + result.non2xx,
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    p999Ms: result.latency.p99_9,
    errors: result.errors + result.timeouts + result.non2xx,
  };
}

export async function measureLoad(
  name: string,
  server: ServerProcess<Place>,
  call: StartCall,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const before = await server.cpuTime();
  const loadBefore = process.cpuUsage();
  const { answers, ...taken } = await runLoad(server.ready.baseUrl, call, connections, seconds);
  const { user, system } = process.cpuUsage(loadBefore);
  return {
    server: name,
    connections,
    ...taken,
    cpuMicros: spent(before, await server.cpuTime(), answers),
    loadCpuMicros: (user + system) / answers,
  };
}

function spent(before: CpuTime, after: CpuTime, answers: number): CpuTime {
  const parts = Object.entries(after.parts).map(([name, micros]): [string, number] => {
    return [name, (micros - (before.parts[name] ?? 0)) / answers];
  });
  return { whole: (after.whole - before.whole) / answers, parts: Object.fromEntries(parts) };
}
