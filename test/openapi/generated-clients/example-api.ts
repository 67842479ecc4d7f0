// An API on this machine that answers what the local stack cannot be brought to answer: large counters, and both kinds of 429.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorExamples } from '../../../docs/openapi/error-examples.ts';
import { startedSession } from '../../../docs/openapi/examples.ts';

/** A float of 32 bits holds none of them, an integer of 32 bits holds the first two only. */
export const usedSession = {
  ...startedSession,
  messageCount: 16_777_217,
  costUsdMicros: 123_456_789,
  inputTokens: 4_294_967_297,
  outputTokens: Number.MAX_SAFE_INTEGER,
};

/** By the persona that is asked for. */
export const refusals = {
  psn_limited_by_service: errorExamples.rateLimited,
  psn_limited_by_gateway: { message: 'Too Many Requests' },
};

export interface ExampleApi {
  readonly baseUrl: string;
  /** The idempotency keys that have arrived. */
  readonly keys: ReadonlySet<string>;
  close(): void;
}

export async function serveExamples(): Promise<ExampleApi> {
  const keys = new Set<string>();
  const server = createServer((request, response) => {
    keys.add(String(request.headers['idempotency-key']));
    const [refusal] = Object.entries(refusals).filter(([personaId]) => request.url?.includes(personaId));
    if (refusal === undefined) {
      send(response, 201, { session: usedSession });
    } else {
      send(response, 429, refusal[1]);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'example' });
  response.end(JSON.stringify(body));
}
