// Log lines: one JSON object each, which Lambda takes as it is.
import { describe, expect, it, vi } from 'vitest';
import { logError, logInfo } from '../../../functions/observability/log.ts';
import { captureLogs } from '../log-lines.ts';

const logs = captureLogs();

describe('a log line', () => {
  it('has the time and the level by which Lambda filters', () => {
    logInfo('answered', { status: 200 });
    expect(logs.parsed()).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        level: 'INFO',
        message: 'answered',
        status: 200,
      },
    ]);
    expect(logs.text()).toMatch(/\n$/);
  });

  it('is not written through the console, which Lambda replaces by one that would wrap it', () => {
    const wrapped = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
    const consoles = wrapped.map((level) => vi.spyOn(console, level));
    logInfo('answered', {});
    logError('failed', {}, new Error('broken'));
    for (const spy of consoles) {
      expect(spy).not.toHaveBeenCalled();
    }
  });

  it('leaves out what is not known', () => {
    logInfo('answered', { orgId: undefined });
    expect(logs.text()).not.toContain('orgId');
  });

  it('of an error has its name, its message, where it came from and its cause', () => {
    logError('failed', {}, new TypeError('broken', { cause: new RangeError('too far') }));
    expect(logs.parsed()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'failed',
        errorName: 'TypeError',
        errorMessage: 'broken',
        errorStack: expect.stringContaining('log.test.ts'),
        errorCause: 'RangeError: too far',
      }),
    ]);
  });

  it.each(['secret', { token: 'secret' }, undefined, null])(
    'of something else that was thrown has its type only: %j',
    (thrown) => {
      logError('failed', {}, thrown);
      expect(logs.parsed()).toEqual([expect.objectContaining({ errorName: typeof thrown })]);
      expect(logs.text()).not.toContain('secret');
    },
  );
});

describe('a line for debugging', () => {
  async function loggingAt(level: string) {
    vi.resetModules();
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', level);
    return import('../../../functions/observability/log.ts');
  }

  it.each(['TRACE', 'DEBUG', ''])('is written at level "%s"', async (level) => {
    const { logDebug } = await loggingAt(level);
    logDebug('answered', () => ({ status: 200 }));
    expect(logs.parsed()).toEqual([
      expect.objectContaining({ level: 'DEBUG', message: 'answered', status: 200 }),
    ]);
  });

  it.each(['INFO', 'WARN', 'ERROR', 'FATAL'])('costs nothing at level %s', async (level) => {
    const { logDebug } = await loggingAt(level);
    const fields = vi.fn(() => ({}));
    logDebug('answered', fields);
    expect(fields).not.toHaveBeenCalled();
    expect(logs.text()).toBe('');
  });
});
