// Fetches the keys that an issuer publishes, and says exactly why it could not.
import type { IncomingMessage } from 'node:http';

/** Two attempts end well within the authorizer's time-out, also where one call waits for two fetches. */
const ATTEMPT_MS = 1_500;
/** 60 keys with their certificates take about a fifth of it. */
const MAX_BYTES = 1_000_000;

/** The issuer's keys could not be had; the message holds the address and the status or the network error. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
}

/** @throws FetchFailed */
export type FetchText = (address: string) => Promise<string>;

/** Tries again at once when the network failed; an answer that is no JWKS would be the same again. */
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
  // Loaded by the first fetch only: it would cost every cold start some milliseconds.
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
      // Timers run before sockets are read: after a pause, an answer may be there already.
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

/** A connection that failed on several addresses has a code and no message. */
function describe(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return message.includes(code) && message !== '' ? message : [code, message].filter(Boolean).join(', ');
}
