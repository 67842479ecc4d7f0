// Calls of a function to the embedded database, handed to its thread over a message port instead of a socket.
import { EventEmitter } from 'node:events';

/**
 * @import { ClientRequest, RequestOptions } from 'node:http'
 * @import { MessagePort } from 'node:worker_threads'
 * @import { DirectAnswer, DirectCall } from '../database/answer-direct-calls.ts'
 * @typedef {RequestOptions & { headers: string[] }} DirectOptions
 */

/**
 * Replaces `http.request` for POST requests to the database in the form of the `lean` client: options alone, headers as a
 * flat list. All others go over HTTP, and so do all once the port is closed.
 * @param {MessagePort} port
 * @param {string} endpoint of the database
 */
export function callDirectly(port, endpoint) {
  const http = process.getBuiltinModule('node:http');
  const overHttp = http.request;
  const address = new URL(endpoint).host;
  const send = requestsOver(port);
  let isOpen = true;
  port.once('close', () => {
    isOpen = false;
  });
  http.request = (/** @type {any[]} */ ...given) => {
    const [options] = given;
    const isDirect =
      isOpen &&
      given.length === 1 &&
      `${options.hostname}:${options.port}` === address &&
      options.method === 'POST' &&
      Array.isArray(options.headers);
    return isDirect ? send(options) : Reflect.apply(overHttp, http, given);
  };
}

/**
 * @param {MessagePort} port
 * @returns {(options: DirectOptions) => ClientRequest} with the events, `end` and `destroy` that the client uses
 */
function requestsOver(port) {
  /** @type {Map<number, EventEmitter>} */
  const open = new Map();
  let calls = 0;

  port.on('message', (/** @type {DirectAnswer} */ { id, status, headers, body }) => {
    const request = open.get(id);
    open.delete(id);
    const response = Object.assign(new EventEmitter(), { statusCode: status, headers });
    if (request?.emit('response', response)) {
      response.emit('data', Buffer.from(body));
      response.emit('end');
      response.emit('close');
      request.emit('close');
    }
  });
  port.once('close', () => {
    for (const request of open.values()) {
      request.emit('error', Object.assign(new Error('The database has stopped'), { code: 'ECONNRESET' }));
    }
    open.clear();
  });

  return ({ headers }) => {
    calls += 1;
    const id = calls;
    const request = Object.assign(new EventEmitter(), {
      reusedSocket: false,
      end(/** @type {string} */ body) {
        open.set(id, request);
        /** @type {DirectCall} */
        const call = { id, headers: byName(headers), body };
        port.postMessage(call);
        queueMicrotask(() => request.emit('socket', { connecting: false, bytesRead: 0 }));
      },
      destroy() {
        open.delete(id);
      },
    });
    return /** @type {ClientRequest} */ (/** @type {unknown} */ (request));
  };
}

/** @param {string[]} list names and values in turns */
function byName(list) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (let index = 0; index < list.length; index += 2) {
    headers[/** @type {string} */ (list[index]).toLowerCase()] = /** @type {string} */ (list[index + 1]);
  }
  return headers;
}
