// Answers calls of functions that arrive over a message port, with the same handler that answers HTTP requests.
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { MessagePort } from 'node:worker_threads';

export interface DirectCall {
  id: number;
  /** With lower-case names. */
  headers: Record<string, string>;
  body: string;
}

export interface DirectAnswer {
  id: number;
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Serves the port until its other side closes it. It does not keep the thread alive. */
export function answerDirectCalls(database: Server, port: MessagePort): void {
  port.on('message', ({ id, headers, body }: DirectCall) => {
    const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => {
        answered[name.toLowerCase()] = String(value);
      },
      end: (text = '') => {
        const answer: DirectAnswer = { id, status: response.statusCode, headers: answered, body: text };
        port.postMessage(answer);
      },
    };
    database.emit('request', request, response);
    request.emit('data', body);
    request.emit('end');
  });
  port.unref();
}
