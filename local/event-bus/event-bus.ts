// A local stand-in for EventBridge: accepts PutEvents over HTTP, and passes every event to a callback.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type BusEvent, type EntryOutcome, eventOf, readEntries } from './put-events.ts';

export interface EventBusOptions {
  region: string;
  account: string;
  /** @returns false to refuse an event, as EventBridge does when it is throttled. */
  take(event: BusEvent, busName: string): boolean;
}

export interface LocalEventBus {
  endpoint: string;
  close(): Promise<void>;
}

const PUT_EVENTS = 'AWSEvents.PutEvents';
const TOO_BUSY = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };

export async function startEventBus({ take, ...place }: EventBusOptions): Promise<LocalEventBus> {
  function taken(outcome: EntryOutcome): object {
    if ('ErrorCode' in outcome) {
      return outcome;
    }
    return take(outcome.event, outcome.busName) ? { EventId: outcome.event.id } : TOO_BUSY;
  }

  async function putEvents(request: IncomingMessage): Promise<object> {
    const body = await text(request);
    refuseOtherCalls(request);
    const answers = readEntries(body).map((entry) => taken(eventOf(entry, place)));
    const failed = answers.filter((answer) => !('EventId' in answer));
    return { Entries: answers, FailedEntryCount: failed.length };
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    putEvents(request).then(
      (body) => answer(200, body),
      (error: Error) => answer(400, { __type: 'ValidationException', message: error.message }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function refuseOtherCalls({ headers }: IncomingMessage): void {
  if (headers['x-amz-target'] !== PUT_EVENTS) {
    throw new Error(`The local event bus knows PutEvents only, not ${headers['x-amz-target']}`);
  }
  if (!headers.authorization?.includes('/events/aws4_request')) {
    throw new Error('Credential should be scoped to correct service: events');
  }
}
