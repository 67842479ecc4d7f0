// Stands between a caller and the gateway: what a bad network, or the gateway itself, does to calls.
import type { Script } from './fault-script.ts';
import { type Answer, type FaultyProxy, type Received, startFaultyProxy } from './faulty-proxy.ts';

export interface ClientCall {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
}

export type ClientProxy = FaultyProxy<ClientCall>;

export function startClientProxy({
  upstream,
  seed,
  script,
}: {
  readonly upstream: string;
  readonly seed: number;
  readonly script?: Script<ClientCall>;
}): Promise<ClientProxy> {
  return startFaultyProxy<ClientCall>(
    {
      upstream,
      describe,
      refuse: (kind) =>
        kind === 'error'
          ? gatewayError(500, 'Internal Server Error')
          : gatewayError(429, 'Too Many Requests'),
    },
    { seed, ...(script === undefined ? {} : { script }) },
  );
}

function describe({ method, path, headers }: Received): ClientCall {
  const key = headers['idempotency-key'];
  return { method, path, idempotencyKey: typeof key === 'string' ? key : undefined };
}

/** The gateway's own errors are outside the envelope of the API. */
function gatewayError(status: number, message: string): Answer {
  return {
    status,
    rawHeaders: ['content-type', 'application/json'],
    body: Buffer.from(JSON.stringify({ message })),
  };
}
