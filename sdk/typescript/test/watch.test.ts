// Where the lines of the log go, and who decides whether there are any.
import { afterEach, describe, expect, test, vi } from 'vitest';
import Moonborn, { type ClientOptions, UsageError } from '../src/index.ts';
import { fakeFetch } from './fake-fetch.ts';

const apiKey = 'sk_test_0123456789';
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function linesOf(options: ClientOptions): Promise<string[]> {
  const info = vi.spyOn(console, 'info').mockImplementation(() => {});
  await new Moonborn({ apiKey, fetch: fakeFetch().fetch, ...options }).chat.getChatSession({ id: 'chs_1' });
  return info.mock.calls.map(([line]) => String(line));
}

const line = /^moonborn: GET \/v1\/chat\/sessions\/chs_1 200 in \d+ ms, attempt 1$/;

describe('the log', () => {
  test('goes to the console', async () => {
    expect(await linesOf({ logLevel: 'info' })).toEqual([expect.stringMatching(line)]);
  });

  test('is switched on by the environment', async () => {
    vi.stubEnv('MOONBORN_LOG', 'info');
    expect(await linesOf({})).toEqual([expect.stringMatching(line)]);
  });

  test('is as the caller says, whatever the environment says', async () => {
    vi.stubEnv('MOONBORN_LOG', 'info');
    expect(await linesOf({ logLevel: 'off' })).toEqual([]);
  });

  test('is off where the environment says nothing', async () => {
    vi.stubEnv('MOONBORN_LOG', '');
    expect(await linesOf({})).toEqual([]);
  });

  test.each(['loud', 'INFO'])('with the level %s is refused', (logLevel) => {
    vi.stubEnv('MOONBORN_LOG', logLevel);
    expect(() => new Moonborn({ apiKey })).toThrow(
      new UsageError(
        `logLevel or MOONBORN_LOG must be one of off, error, warn, info, debug, given: "${logLevel}".`,
      ),
    );
  });

  test('calls a logger as its own method', async () => {
    class Kept {
      readonly lines: string[] = [];
      info(text: string) {
        this.lines.push(text);
      }
      error = this.info;
      warn = this.info;
      debug = this.info;
    }
    const logger = new Kept();
    expect(await linesOf({ logger, logLevel: 'info' })).toEqual([]);
    expect(logger.lines).toEqual([expect.stringMatching(line)]);
  });
});

test('a callback whose promise fails leaves nothing unhandled', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const headers = {
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '4000000000',
  };
  const { fetch } = fakeFetch(() => Response.json({ sessionId: 'chs_1' }, { headers }));
  let told = 0;
  const onRateLimitNearCap = async () => {
    told++;
    throw new Error('of the caller');
  };
  await new Moonborn({ apiKey, fetch, onRateLimitNearCap }).chat.getChatSession({ id: 'chs_1' });
  await new Promise((resolve) => setTimeout(resolve));
  process.off('unhandledRejection', unhandled);
  expect(told).toBe(1);
  expect(unhandled).not.toHaveBeenCalled();
});

test('two clients do not share a window', async () => {
  const headers = {
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '4000000000',
  };
  const { fetch } = fakeFetch(() => Response.json({ sessionId: 'chs_1' }, { headers }));
  const onRateLimitNearCap = vi.fn();
  for (let client = 0; client < 2; client++)
    await new Moonborn({ apiKey, fetch, onRateLimitNearCap }).chat.getChatSession({ id: 'chs_1' });
  expect(onRateLimitNearCap).toHaveBeenCalledTimes(2);
});
