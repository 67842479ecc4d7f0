// The local event bus, refusing as badly as a test asks for, with what it took in hand.
import { startEventBus } from '../../local/event-bus/event-bus.ts';

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
  /** Events that were put, whether or not they were taken. */
  readonly put: () => number;
  /** Asked for each event. */
  refuseWhen(refuses: (event: TakenEvent) => boolean): void;
  close(): Promise<void>;
}

export async function startFakeEventBus(): Promise<FakeEventBus> {
  const taken: TakenEvent[] = [];
  let put = 0;
  let refuses: (event: TakenEvent) => boolean = () => false;
  const bus = await startEventBus({
    region: 'eu-central-1',
    account: '000000000000',
    take({ source, time, detail, 'detail-type': type }, busName) {
      put += 1;
      const event = { busName, source, type, detail, atMs: Date.parse(time) };
      if (refuses(event)) {
        return false;
      }
      taken.push(event);
      return true;
    },
  });
  return {
    url: bus.endpoint,
    taken,
    put: () => put,
    refuseWhen: (next) => {
      refuses = next;
    },
    close: bus.close,
  };
}
