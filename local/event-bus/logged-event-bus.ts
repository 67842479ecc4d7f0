// The event bus of a local stack: a log file with one line for each event.
import type { Deployment } from '../assembly/deployment.ts';
import { openLineLog } from '../line-log.ts';
import type { LocalFolder } from '../local-folder.ts';
import { startEventBus } from './event-bus.ts';

export interface EventBus {
  endpoint: string;
  /** The latest lines. Absent when the events go to another endpoint. */
  latest?(): string[];
  close(): Promise<void>;
}

/** @returns `undefined` when no function may put events. */
export async function openEventBus(
  { putsEvents, region, accountId }: Deployment,
  { eventsFile }: LocalFolder,
  endpoint: string | undefined,
): Promise<EventBus | undefined> {
  if (!putsEvents) {
    return undefined;
  }
  if (endpoint !== undefined) {
    return { endpoint, close: async () => {} };
  }
  const log = openLineLog(eventsFile);
  const bus = await startEventBus({
    region,
    account: accountId,
    take(event, busName) {
      log.append(JSON.stringify({ eventBusName: busName, ...event }));
      return true;
    },
  });
  return {
    endpoint: bus.endpoint,
    latest: log.latest,
    async close() {
      await bus.close();
      await log.close();
    },
  };
}
