// The worker thread of one execution environment: loads a function's bundle and passes it one event at a time, as
// Lambda's Node.js runtime does. JavaScript, because a thread that must strip types takes twice as long to start.
import { parentPort, workerData } from 'node:worker_threads';
import { callDirectly } from './direct-calls.mjs';
import { loadHandler } from './load-handler.mjs';
import { captureOutput } from './runtime-output.mjs';

/**
 * @import { FunctionFailure, Invocation, RuntimeMessage, RuntimeSettings } from './protocol.ts'
 */

if (parentPort === null) {
  throw new Error('runtime-thread.mjs must be started as a worker thread.');
}
const port = parentPort;
/** @type {RuntimeSettings} */
const settings = workerData;
/** @param {RuntimeMessage} message */
const send = (message) => port.postMessage(message);
if (settings.databasePort !== undefined) {
  callDirectly(settings.databasePort, process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
}
const output = captureOutput(settings, (logs) => send({ type: 'logs', logs }));

try {
  const handler = await loadHandler(settings);
  port.on('message', async (/** @type {Invocation} */ invocation) => {
    output.currentRequestId = invocation.requestId;
    try {
      const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
      send({ type: 'result', result: JSON.stringify(result) ?? 'null', logs: output.take() });
    } catch (error) {
      fail(error);
    }
  });
  send({ type: 'initialised' });
} catch (error) {
  fail(error);
}

/** @param {Invocation} invocation */
function contextOf({ requestId, deadlineEpochMs }) {
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

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  send({ type: 'failure', failure: describeError(error), logs: output.take() });
}

/**
 * @param {unknown} error
 * @returns {FunctionFailure}
 */
function describeError(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error) };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
