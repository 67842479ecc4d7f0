// One execution environment of a function: a worker thread that handles one event at a time, and is ended at a time-out.
import { type MessagePort, Worker } from 'node:worker_threads';
import type { LambdaFunction } from '../assembly/deployment.ts';
import type { FunctionFailure, Invocation, RuntimeMessage, RuntimeSettings } from './protocol.ts';

/** Lambda's limit for the init phase. */
const INIT_LIMIT_MS = 10_000;
/** Lambda's limit for a response, in bytes of JSON. */
const LARGEST_RESULT_BYTES = 6_291_556;

export type Outcome = { result: string } | { failure: FunctionFailure };

export interface ExecutionEnvironment {
  /** False once the thread has ended, by a time-out, a crash or `stop`. */
  alive: boolean;
  /** The duration of the init phase; `undefined` while it runs. */
  initMs: number | undefined;
  handle(requestId: string, event: string): Promise<Outcome>;
  stop(): Promise<void>;
}

export function startExecutionEnvironment(
  lambda: LambdaFunction,
  variables: Record<string, string>,
  databasePort: MessagePort | undefined,
  log: (lines: string[]) => void,
): ExecutionEnvironment {
  const startedAt = performance.now();
  const settings: RuntimeSettings = {
    codeFolder: lambda.codeFolder,
    handler: lambda.handler,
    functionName: lambda.name,
    functionArn: lambda.arn,
    memoryMb: lambda.memoryMb,
    logGroup: lambda.logGroup,
    logStream: 'local',
    logFormat: lambda.logFormat,
    logLevel: lambda.applicationLogLevel,
    databasePort,
  };
  const thread = new Worker(new URL('./runtime-thread.mjs', import.meta.url), {
    workerData: settings,
    transferList: databasePort === undefined ? [] : [databasePort],
    env: variables,
    execArgv: [],
    name: lambda.logicalId,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: lambda.memoryMb },
  });

  let settle: ((outcome: Outcome) => void) | undefined;
  let initialised: ((outcome: 'ready' | Outcome) => void) | undefined;
  const init = new Promise<'ready' | Outcome>((done) => {
    initialised = done;
  });

  const environment: ExecutionEnvironment = {
    alive: true,
    initMs: undefined,
    async handle(requestId, event) {
      const ready = environment.initMs === undefined ? await init : 'ready';
      if (ready !== 'ready') {
        return ready;
      }
      return new Promise<Outcome>((done) => {
        const overrun = setTimeout(() => {
          fail('Sandbox.Timedout', `Task timed out after ${(lambda.timeoutMs / 1000).toFixed(2)} seconds`);
        }, lambda.timeoutMs);
        settle = (outcome) => {
          clearTimeout(overrun);
          settle = undefined;
          done(outcome);
        };
        const invocation: Invocation = { requestId, event, deadlineEpochMs: Date.now() + lambda.timeoutMs };
        thread.postMessage(invocation);
      });
    },
    async stop() {
      fail('Runtime.ExitError', 'The local stack is stopping');
      await thread.terminate();
    },
  };

  const initOverrun = setTimeout(() => {
    fail('Sandbox.Timedout', `Loading the code took more than ${INIT_LIMIT_MS / 1000} seconds`);
  }, INIT_LIMIT_MS);

  thread.on('message', (message: RuntimeMessage) => {
    if (message.type === 'initialised') {
      clearTimeout(initOverrun);
      environment.initMs = performance.now() - startedAt;
      initialised?.('ready');
      return;
    }
    if (message.logs.length > 0) {
      log(message.logs);
    }
    if (message.type === 'result') {
      settle?.(checkSize(message.result));
    } else if (message.type === 'failure' && settle !== undefined) {
      settle({ failure: message.failure });
    } else if (message.type === 'failure') {
      end({ failure: message.failure });
    }
  });
  thread.on('error', (error: Error & { code?: string }) => {
    const errorType = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Runtime.OutOfMemory' : error.name;
    const failure = { errorType, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    log([JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', ...failure })]);
    end({ failure });
  });
  thread.on('exit', () => {
    end({
      failure: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' },
    });
  });

  function fail(errorType: string, errorMessage: string): void {
    end({ failure: { errorType, errorMessage } });
  }

  function end(outcome: Outcome): void {
    if (!environment.alive) {
      return;
    }
    environment.alive = false;
    clearTimeout(initOverrun);
    void thread.terminate();
    initialised?.(outcome);
    settle?.(outcome);
  }

  return environment;
}

function checkSize(result: string): Outcome {
  if (result.length * 3 <= LARGEST_RESULT_BYTES || Buffer.byteLength(result) <= LARGEST_RESULT_BYTES) {
    return { result };
  }
  return {
    failure: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_RESULT_BYTES} bytes).`,
    },
  };
}
