// A process that answers DynamoDB requests immediately with fixed answers, so that only the caller is measured.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import type { Answers, DatabaseCall } from './start-instant-dynamodb.ts';

const [answersFile = '', keyFile, certificateFile] = process.argv.slice(2);
const answers: Answers = JSON.parse(readFileSync(answersFile, 'utf8'));
/** Absent while callers are measured: nothing is recorded then. */
let recorded: DatabaseCall[] | undefined;

/** Chooses the answer of an operation by the requested item. */
function answerTo(operation: string, body: string): string {
  const choices = answers[operation] ?? {};
  const name = Object.keys(choices).find((part) => body.includes(part));
  return name === undefined ? '{}' : (choices[name] ?? '{}');
}

const respond: RequestListener = (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    recorded?.push({ operation, input: JSON.parse(body) });
    const answer = answerTo(operation, body);
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(answer),
      'x-amzn-requestid': '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF',
      'x-amz-crc32': crc32(answer),
    });
    response.end(answer);
  });
};

const server =
  keyFile === undefined || certificateFile === undefined
    ? createHttpServer(respond)
    : createHttpsServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, respond);
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', (order: 'record' | 'report') => {
  process.send?.(recorded ?? []);
  recorded = order === 'record' ? [] : undefined;
});
process.on('disconnect', () => process.exit());
