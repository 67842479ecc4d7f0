// What callers see of an error.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import Moonborn, * as sdk from '../src/index.ts';
import { expectNoKey } from './check-outcome.ts';
import { fakeFetch } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
const baseUrl = 'https://api.example.com';

async function failureOf(answer: () => Response | Promise<Response>): Promise<sdk.MoonbornError> {
  const client = new Moonborn({ apiKey, baseUrl, maxRetries: 0, fetch: fakeFetch(answer).fetch });
  return client.chat.getChatSession({ id: 'chs_1' }).then(
    () => expect.fail('the call succeeded'),
    (error) => error,
  );
}

const notFound = () =>
  Response.json(
    { error: { code: 'not_found', message: 'There is no such session.' } },
    { status: 404, headers: { 'x-request-id': 'req_1' } },
  );

describe('an error', () => {
  test('prints its class, message and facts, and nothing that it does not have', async () => {
    const error = await failureOf(notFound);
    expect(String(error)).toBe('NotFoundError: There is no such session.');
    expect(inspect(error)).toMatch(/^NotFoundError: There is no such session\.\n/);
    expect({ ...error }).toStrictEqual({ code: 'not_found', status: 404, requestId: 'req_1' });
  });

  test('is JSON with its name, message and facts', async () => {
    expect(JSON.parse(JSON.stringify(await failureOf(notFound)))).toStrictEqual({
      name: 'NotFoundError',
      message: 'There is no such session.',
      code: 'not_found',
      status: 404,
      requestId: 'req_1',
    });
  });

  test('can be caught as itself, as an answer of the API, and as any error of Moonborn', async () => {
    const error = await failureOf(notFound);
    for (const ErrorClass of [sdk.NotFoundError, sdk.APIError, sdk.MoonbornError, Error]) {
      expect(error).toBeInstanceOf(ErrorClass);
    }
    expect(error).not.toBeInstanceOf(sdk.ConflictError);
  });

  test('keeps its name when a bundler shortens those of classes', () => {
    const classes = Object.entries(sdk).filter(([name]) => name.endsWith('Error'));
    expect(classes).toHaveLength(13);
    for (const [name, ErrorClass] of classes) expect(ErrorClass.prototype).toHaveProperty('name', name);
  });

  test('of the connection says why, and keeps the cause', async () => {
    const client = new Moonborn({ apiKey, maxRetries: 0, baseUrl: 'http://127.0.0.1:1' });
    const error = await client.chat.getChatSession({ id: 'chs_1' }).catch((reason) => reason);
    expect(error).toBeInstanceOf(sdk.APIConnectionError);
    expect(error.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:1\/v1\/chat\/sessions\/chs_1 got no whole answer \(/,
    );
    expect(error.cause).toBeInstanceOf(TypeError);
    expectNoKey(error, apiKey);
  });

  test('that a caller’s own fetch throws is a connection error that does not repeat the key', async () => {
    const error = await failureOf(() => {
      throw `refused Bearer ${apiKey}`;
    });
    expect(error).toBeInstanceOf(sdk.APIConnectionError);
    expect(error.message).toContain('refused Bearer [API key]');
  });

  test('without a usable body says what came instead', async () => {
    const page = '<h1>Bad Gateway</h1>';
    const error = await failureOf(
      () => new Response(page, { status: 502, headers: { 'content-type': 'text/html' } }),
    );
    expect(error.message).toBe(
      'GET https://api.example.com/v1/chat/sessions/chs_1 was answered with 502 and 20 characters of text/html.',
    );
  });

  test('hides the key in every place where the server repeats it', async () => {
    const echo = {
      error: { code: apiKey, message: `No such key: ${apiKey}`, details: { [apiKey]: [apiKey] } },
    };
    const error = await failureOf(() => Response.json(echo, { status: 401 }));
    expect(error.message).toBe('No such key: [API key]');
    expectNoKey(error, apiKey);
  });
});
