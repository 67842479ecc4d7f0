// The types of direct-calls.mjs, for its tests.
import type { MessagePort } from 'node:worker_threads';

export function callDirectly(port: MessagePort, endpoint: string): void;
