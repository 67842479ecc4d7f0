// Stands where EventBridge would: takes events over HTTP, as strictly as it does, and as badly as a test asks for.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
}

export interface TakenEvent {
  readonly busName: string;
  readonly source: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly detail: any;
  readonly atMs: number;
}

export interface FakeEventBus {
  readonly url: string;
  /** In the order in which they were taken. */
  readonly taken: TakenEvent[];
  readonly calls: () => number;
  /** Asked for each event. */
  refuseWhen(refuses: (entry: TakenEvent) => boolean): void;
  close(): Promise<void>;
}

const PUT_EVENTS = 'AWSEvents.PutEvents';
const ENTRIES_MAX = 10;
const ENTRY_MAX_BYTES = 262_144;

export async function startFakeEventBus(): Promise<FakeEventBus> {
  const taken: TakenEvent[] = [];
  let calls = 0;
  let refuses: (entry: TakenEvent) => boolean = () => false;

  async function putEvents(request: IncomingMessage): Promise<object> {
    calls += 1;
    const { Entries } = (await json(request)) as { Entries: Entry[] };
    requireThat(request.headers['x-amz-target'] === PUT_EVENTS, 'Another operation than PutEvents');
    requireThat(
      String(request.headers.authorization).includes('/events/aws4_request'),
      'Signed for another service',
    );
    requireThat(Entries.length >= 1 && Entries.length <= ENTRIES_MAX, `${Entries.length} entries`);
    requireThat(JSON.stringify(Entries).length < ENTRY_MAX_BYTES, 'Too much at once');
    const answers = Entries.map((entry) => {
      const event = takenEvent(entry);
      if (refuses(event)) {
        return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
      }
      taken.push(event);
      return { EventId: `id-${taken.length}` };
    });
    return {
      Entries: answers,
      FailedEntryCount: answers.filter(({ EventId }) => EventId === undefined).length,
    };
  }

  const server = createServer((request, response) => {
    putEvents(request).then(
      (answer) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer));
      },
      (error: Error) => {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: 'ValidationException', message: error.message }));
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    calls: () => calls,
    refuseWhen: (next) => {
      refuses = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function takenEvent({ EventBusName, Source, DetailType, Detail, Time }: Entry): TakenEvent {
  return {
    busName: EventBusName,
    source: Source,
    type: DetailType,
    detail: JSON.parse(Detail),
    atMs: Time * 1_000,
  };
}

function requireThat(holds: boolean, problem: string): void {
  if (!holds) {
    throw new Error(problem);
  }
}
