// The thread of one execution environment: loads a function's bundle and hands it one event at a time, as Lambda's
// Node.js runtime does.
import { parentPort, workerData } from 'node:worker_threads';
import { loadHandler } from './load-handler.ts';
import type { FunctionFailure, Invocation, RuntimeMessage, RuntimeSettings } from './protocol.ts';
import { captureOutput } from './runtime-output.ts';

if (parentPort === null) {
  throw new Error('runtime-thread.ts must be started as a worker thread.');
}
const port = parentPort;
const settings = workerData as RuntimeSettings;
const send = (message: RuntimeMessage) => port.postMessage(message);
const output = captureOutput(settings, (logs) => send({ type: 'logs', logs }));

try {
  const handler = await loadHandler(settings);
  port.on('message', async (invocation: Invocation) => {
    output.currentRequestId = invocation.requestId;
    try {
      const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
      send({ type: 'result', result: JSON.stringify(result) ?? 'null', logs: output.take() });
    } catch (error) {
      console.error(error);
      send({ type: 'failure', failure: describeError(error), logs: output.take() });
    }
  });
  send({ type: 'initialised' });
} catch (error) {
  console.error(error);
  send({ type: 'failure', failure: describeError(error), logs: output.take() });
}

function contextOf({ requestId, deadlineEpochMs }: Invocation): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    invokedFunctionArn: settings.functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineEpochMs - Date.now(),
  };
}

function describeError(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error) };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
