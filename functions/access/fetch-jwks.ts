// Fetches the JSON Web Key Set of an issuer, with errors that name the exact cause.
import type { IncomingMessage } from 'node:http';

/** Two attempts end well within the authorizer's time-out, even when one call waits for two fetches. */
const ATTEMPT_MS = 1_500;
/** About five times the size of 60 keys with their certificates. */
const MAX_BYTES = 1_000_000;

/** The keys could not be fetched. The message contains the address, and the status or the network error. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
}

/** @throws FetchFailed */
export type FetchText = (address: string) => Promise<string>;

/** Retries once, without a pause, after a network error. A wrong answer is not retried: it would be the same again. */
export const fetchJwks: FetchText = async (address) => {
  try {
    return await attempt(address);
  } catch (error) {
    if (error instanceof FetchFailed) {
      throw error;
    }
  }
  try {
    return await attempt(address);
  } catch (error) {
    if (error instanceof FetchFailed) {
      throw error;
    }
    throw new FetchFailed(`${address} cannot be reached: ${describe(error)}`, { cause: error });
  }
};

async function attempt(address: string): Promise<string> {
  // Imported on the first fetch: during init it would add some milliseconds to every cold start.
  const { request } = await import('node:https');
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const call = request(address, { headers: { accept: 'application/json' } }, (response) => {
      isAnswered = true;
      read(address, response)
        .then(resolve, reject)
        .finally(() => call.destroy());
    });
    const deadline = setTimeout(() => {
      // Node runs timers before it reads sockets: after a pause, the answer may have arrived already.
      setImmediate(() => {
        reject(new Error(`no whole answer within ${ATTEMPT_MS} ms`));
        call.destroy();
      });
    }, ATTEMPT_MS);
    call.on('error', reject);
    call.on('close', () => {
      clearTimeout(deadline);
      if (!isAnswered) {
        reject(new Error('the connection was closed without an answer'));
      }
    });
    call.end();
  });
}

async function read(address: string, response: IncomingMessage): Promise<string> {
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400) {
    throw new FetchFailed(
      `${address} answered ${statusCode}, a redirect${headers.location === undefined ? '' : ` to ${headers.location}`}. ` +
        'Redirects are not followed: configure the final address as jwksUri.',
    );
  }
  if (statusCode !== 200) {
    throw new FetchFailed(`${address} answered ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw new FetchFailed(`${address} answered more than ${MAX_BYTES} bytes, which is no JWKS`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error of a connection that failed on several addresses has a code and an empty message. */
function describe(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return message.includes(code) && message !== '' ? message : [code, message].filter(Boolean).join(', ');
}
