// A function that scales its execution environments with the load, up to a limit.
import { randomUUID } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { LambdaFunction } from '../assembly/deployment.ts';
import {
  type ExecutionEnvironment,
  type Outcome,
  startExecutionEnvironment,
} from './execution-environment.ts';

/** Receives the lines that a function writes. */
export type FunctionLog = (functionName: string, lines: string[]) => void;

/** The same for all functions. */
export interface Surroundings {
  maxEnvironments: number;
  /** Opens a way to the database for one environment, beside its endpoint. */
  connectToDatabase?: (() => MessagePort | undefined) | undefined;
  log: FunctionLog;
}

export interface LocalFunction {
  invoke(event: string): Promise<Invoked>;
  close(): Promise<void>;
}

interface Invoked {
  requestId: string;
  outcome: Outcome;
}

/** Lambda throttles above the reserved concurrency. Above this machine's own limit, events wait instead. */
const THROTTLED = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };

interface Waiting {
  event: string;
  done(invoked: Invoked): void;
}

export function runFunction(
  lambda: LambdaFunction,
  variables: Record<string, string>,
  { maxEnvironments, connectToDatabase, log }: Surroundings,
): LocalFunction {
  const reserved = lambda.reservedConcurrency ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(maxEnvironments, reserved);
  const running = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: Waiting[] = [];
  const write = (lines: string[]) => log(lambda.name, lines);

  function start(): ExecutionEnvironment {
    const environment = startExecutionEnvironment(lambda, variables, connectToDatabase?.(), write);
    running.add(environment);
    return environment;
  }

  /** The environment used last comes first, so that a quiet function keeps one warm. */
  function takeIdle(): ExecutionEnvironment | undefined {
    for (let environment = idle.pop(); environment !== undefined; environment = idle.pop()) {
      if (environment.alive) {
        return environment;
      }
      running.delete(environment);
    }
    return undefined;
  }

  async function handle(environment: ExecutionEnvironment, { event, done }: Waiting): Promise<void> {
    const requestId = randomUUID();
    const coldStart = environment.initMs === undefined;
    const startedAt = performance.now();
    const outcome = await environment.handle(requestId, event);
    const durationMs = performance.now() - startedAt;
    if (lambda.systemLogLevel !== 'WARN' || 'failure' in outcome) {
      write([report(lambda, requestId, outcome, durationMs, coldStart ? environment.initMs : undefined)]);
    }
    done({ requestId, outcome });
    release(environment);
  }

  function release(environment: ExecutionEnvironment): void {
    if (!environment.alive) {
      running.delete(environment);
    }
    const next = waiting.shift();
    if (next !== undefined) {
      void handle(environment.alive ? environment : start(), next);
    } else if (environment.alive) {
      idle.push(environment);
    }
  }

  return {
    invoke: (event) =>
      new Promise((done) => {
        const environment = takeIdle() ?? (running.size < limit ? start() : undefined);
        if (environment === undefined && limit === reserved) {
          done({ requestId: randomUUID(), outcome: { failure: THROTTLED } });
        } else if (environment === undefined) {
          waiting.push({ event, done });
        } else {
          void handle(environment, { event, done });
        }
      }),
    async close() {
      const failure = { errorType: 'Runtime.ExitError', errorMessage: 'The local stack is stopping' };
      for (const { done } of waiting.splice(0)) {
        done({ requestId: randomUUID(), outcome: { failure } });
      }
      await Promise.all([...running].map((environment) => environment.stop()));
    },
  };
}

/** The line that Lambda writes after each invocation. */
function report(
  lambda: LambdaFunction,
  requestId: string,
  outcome: Outcome,
  durationMs: number,
  initMs: number | undefined,
): string {
  const failure = 'failure' in outcome ? outcome.failure : undefined;
  return JSON.stringify({
    time: new Date().toISOString(),
    type: 'platform.report',
    record: {
      requestId,
      status:
        failure === undefined ? 'success' : failure.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error',
      ...(failure === undefined ? {} : { errorType: failure.errorType }),
      metrics: {
        durationMs: round(durationMs - (initMs ?? 0)),
        billedDurationMs: Math.ceil(durationMs),
        memorySizeMB: lambda.memoryMb,
        ...(initMs === undefined ? {} : { initDurationMs: round(initMs) }),
      },
    },
  });
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
