// Fetching the keys of an issuer, from a real HTTPS server: what it answers, and how it fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, globalAgent, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../bench/database/certificate.ts';
import { FetchFailed, fetchJwks } from '../../../functions/access/fetch-jwks.ts';
import { readJwks } from '../../../functions/access/read-jwks.ts';

const folder = mkdtempSync(join(tmpdir(), 'moonborn-jwks-'));
let server: Server;
let address: string;
let answer: RequestListener;
let requests: number;
const trustedBefore = globalAgent.options.ca;

beforeAll(async () => {
  const { keyFile, certificateFile } = makeCertificate(folder);
  const certificate = readFileSync(certificateFile);
  globalAgent.options.ca = certificate;
  server = createServer({ key: readFileSync(keyFile), cert: certificate }, (request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
});

afterEach(() => {
  requests = 0;
});

afterAll(() => {
  globalAgent.options.ca = trustedBefore;
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function failureOf(fetched: Promise<unknown>): Promise<string> {
  const failure = await fetched.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(FetchFailed);
  return (failure as FetchFailed).message;
}

describe('the keys of an issuer', () => {
  it('come over HTTPS from the address that is configured', async () => {
    answer = ({ url }, response) => response.end(JSON.stringify({ url }));
    expect(JSON.parse(await fetchJwks(address))).toEqual({ url: '/keys' });
  });

  it.each([301, 302, 307, 308])('do not come by a redirect (%d), which is said', async (status) => {
    answer = (_request, response) =>
      response.writeHead(status, { location: 'https://elsewhere.example/keys' }).end();
    expect(await failureOf(fetchJwks(address))).toBe(
      `${address} answered ${status}, a redirect to https://elsewhere.example/keys. ` +
        'Redirects are not followed: configure the final address as jwksUri.',
    );
    expect(requests).toBe(1);
  });

  it.each([204, 400, 401, 403, 404, 429, 500, 503])('do not come with the status %d', async (status) => {
    answer = (_request, response) => response.writeHead(status).end();
    expect(await failureOf(fetchJwks(address))).toBe(`${address} answered ${status}`);
    expect(requests).toBe(1);
  });

  it('are asked for again at once when the connection breaks', async () => {
    answer = (request, response) => {
      if (requests === 1) {
        request.socket.destroy();
      } else {
        response.end('{"keys":[]}');
      }
    };
    expect(await fetchJwks(address)).toBe('{"keys":[]}');
    expect(requests).toBe(2);
  });

  it.each<[what: string, answer: RequestListener]>([
    ['before it answers', ({ socket }) => socket.destroy()],
    ['amid its answer', ({ socket }, response) => response.write('{"keys":', () => socket.destroy())],
    [
      'with a protocol that nobody asked for',
      ({ socket }) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
  ])('cannot be had where the issuer breaks off twice %s', async (_what, breaksOff) => {
    answer = breaksOff;
    expect(await failureOf(fetchJwks(address))).toMatch(`${address} cannot be reached: `);
    expect(requests).toBe(2);
  });

  it('cannot be had where nobody listens, and the network error is named', async () => {
    expect(await failureOf(fetchJwks('https://127.0.0.1:1/keys'))).toMatch(
      /^https:\/\/127\.0\.0\.1:1\/keys cannot be reached: .*ECONNREFUSED/,
    );
    expect(await failureOf(fetchJwks('https://keys.invalid/'))).toMatch(
      / cannot be reached: .*(ENOTFOUND|EAI_AGAIN)/,
    );
  });

  it('cannot be had from somebody whose certificate is not trusted', async () => {
    globalAgent.options.ca = [];
    globalAgent.destroy();
    const failure = await failureOf(fetchJwks(address.replace('/keys', '/other')));
    globalAgent.options.ca = readFileSync(join(folder, 'certificate.pem'));
    expect(failure).toMatch(
      / cannot be reached: (DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)/,
    );
  });

  it.each<[what: string, answer: RequestListener]>([
    ['says nothing', () => {}],
    ['never comes to an end', (_request, response) => response.write('{"keys":')],
  ])(
    'are not waited for where the issuer %s',
    async (_what, stalls) => {
      answer = stalls;
      expect(await failureOf(fetchJwks(address))).toBe(
        `${address} cannot be reached: no whole answer within 1500 ms`,
      );
      expect(requests).toBe(2);
    },
    20_000,
  );

  it('are not read without end', async () => {
    answer = (_request, response) => response.end('x'.repeat(2_000_000));
    expect(await failureOf(fetchJwks(address))).toBe(
      `${address} answered more than 1000000 bytes, which is no JWKS`,
    );
  });
});

describe('an answer that is no JWKS', () => {
  it.each(['', 'Bad gateway', 'null', '[]', '{}', '{"keys":{}}', '<html>'])(
    'as %j is said to be none',
    (text) => {
      expect(() => readJwks(text, address)).toThrow(`${address} answered something that is no JWKS`);
    },
  );

  it.each(['{"keys":[{}]}', '{"keys":[null]}', '{"keys":[{"kid":"a"}]}'])(
    'as %s has no key that is one',
    (text) => {
      expect(() => readJwks(text, address)).toThrow('without a single well-formed key');
    },
  );

  it('is not what an issuer publishes that has withdrawn all keys', () => {
    expect(readJwks('{"keys":[]}', address)).toEqual({ keys: [] });
  });
});
