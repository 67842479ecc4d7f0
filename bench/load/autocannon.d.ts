// The parts of autocannon (it ships no types) that the benchmark uses.
declare module 'autocannon' {
  interface Options {
    url: string;
    method: string;
    headers: Record<string, string>;
    body: string;
    connections: number;
    /** In seconds; `amount` is a number of requests instead. */
    duration?: number;
    amount?: number;
  }

  interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    duration: number;
    latency: { p50: number; p99: number; p99_9: number; max: number };
  }

  export default function autocannon(options: Options): PromiseLike<Result>;
}
