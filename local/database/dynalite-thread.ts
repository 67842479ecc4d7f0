// The worker thread of the embedded database: dynalite on a free port of the loopback interface.
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { answerDirectCalls } from './answer-direct-calls.ts';
import { refuseUnusable } from './data-folder.ts';
import type { ThreadData } from './database-thread.ts';
import { parseConditionsOnce } from './parse-conditions-once.ts';
import { returnStoredItemOnConditionFailure } from './stored-item-on-failure.ts';
import { captureWritesFor } from './write-capture.ts';

const { dataFolder, port: ownPort } = workerData as ThreadData;
if (parentPort === null) {
  throw new Error('dynalite-thread.ts must be started as a worker thread.');
}
const port = parentPort;

returnStoredItemOnConditionFailure();
parseConditionsOnce();
if (dataFolder !== undefined) {
  await refuseUnusable(dataFolder);
}
const server = dynalite({ createTableMs: 0, ...(dataFolder === undefined ? {} : { path: dataFolder }) });
surviveLostClients(server);
server.keepAliveTimeout = 0;
server.listen(ownPort, '127.0.0.1');
await once(server, 'listening');
port.on('message', (message) => message === 'close' && closeAndExit());
port.on('message', ({ connection }: { connection?: MessagePort }) => {
  if (connection !== undefined) {
    answerDirectCalls(server, connection);
  }
});
captureWritesFor(port);
port.postMessage({ port: (server.address() as AddressInfo).port });

/** dynalite throws when a client disconnects before its answer, which would end the whole database. */
function surviveLostClients(database: Server): void {
  const [answer] = database.listeners('request') as [
    (request: IncomingMessage, response: ServerResponse) => void,
  ];
  database.removeAllListeners('request');
  database.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response);
    request.removeAllListeners('error');
    request.on('error', () => {});
  });
}

function closeAndExit(): void {
  server.closeAllConnections();
  server.close(() => port.close());
}
