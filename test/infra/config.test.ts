// What an operator may configure, and what they are told when they got it wrong.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../infra/config.ts';
import { errorOf, file, folder, load } from './config-file.ts';

describe('a stage', () => {
  it.each(['dev', 'prod'])(
    '%s needs no file, and trusts no issuer of session JWTs until one is named',
    (stage) => {
      expect(loadConfig(stage)).toMatchObject({ stage, sessionJwt: null, apiKeys: { rememberSeconds: 5 } });
      expect(loadConfig(stage).expiry).toEqual({ unusedDays: null, idleDays: null, endedDays: null });
      expect(loadConfig(stage)).toMatchObject({ limits: null, usage: false, events: null });
    },
  );

  it('keeps what a file does not mention', () => {
    expect(load({ logRetentionDays: 7 })).toEqual({ ...loadConfig('dev'), logRetentionDays: 7 });
  });

  it('keeps the fields beside one that a file changes, at every depth', () => {
    const prod = loadConfig('prod');
    const overrides = { throttle: { rateLimit: 7 }, alarms: { p99LatencyMs: 700 }, limits: null };
    writeFileSync(file, JSON.stringify(overrides));
    expect(loadConfig('prod', file)).toEqual({
      ...prod,
      throttle: { ...prod.throttle, rateLimit: 7 },
      alarms: { ...prod.alarms, p99LatencyMs: 700 },
    });
  });

  it.each(['staging', '', 'DEV', 'constructor', '__proto__', 'toString'])(
    'called %j is unknown, and the known ones are named',
    (stage) => {
      expect(errorOf(() => loadConfig(stage))).toBe(
        `There is no stage "${stage}". Use one of: dev, prod (-c stage=dev)`,
      );
    },
  );
});

describe('the client of the database', () => {
  it('is the lean one, unless the AWS SDK is asked for', () => {
    expect([loadConfig('prod').database, load({ database: {} }).database]).toEqual([
      { client: 'lean' },
      { client: 'lean' },
    ]);
    expect(load({ database: { client: 'sdk' } }).database).toEqual({ client: 'sdk' });
  });
});

describe('web pages', () => {
  it('may send what tracing libraries add, unless other headers are named', () => {
    const tracing = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];
    expect(loadConfig('prod').cors.allowHeaders).toEqual(expect.arrayContaining(tracing));
  });

  it('may send other headers than those of tracing libraries, however they are written', () => {
    const allowHeaders = ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Correlation-Id'];
    expect(load({ cors: { allowOrigins: ['*'], allowHeaders } }).cors).toEqual({
      allowOrigins: ['*'],
      allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-correlation-id'],
    });
  });
});

describe('what is there for customers', () => {
  it('is limits by plan, usage and events, each by itself', () => {
    const limits = { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' };
    expect(load({ limits })).toMatchObject({ limits, usage: false, events: null });
    expect(load({ usage: true })).toMatchObject({ limits: null, usage: true, events: null });
    expect(load({ events: { busName: 'default' } })).toMatchObject({ events: { busName: 'default' } });
  });

  it('is every event but those of turns, unless the types are named', () => {
    expect(load({ events: { busName: 'default' } }).events?.types).toEqual([
      'chat.session.started',
      'chat.session.updated',
      'chat.session.ended',
      'chat.session.deleted',
    ]);
    const types = ['chat.turn.recorded', 'chat.session.ended'];
    expect(load({ events: { busName: 'default', types } }).events?.types).toEqual(types);
  });
});

function plans(requestsPerMinute: Record<string, number>, defaultPlan = 'free') {
  const each = Object.entries(requestsPerMinute).map(([name, most]) => [name, { requestsPerMinute: most }]);
  return { limits: { plans: Object.fromEntries(each), defaultPlan } };
}

describe('a configuration is refused, with the field named', () => {
  it.each<[what: string, overrides: Record<string, unknown>, problem: string | RegExp]>([
    ['a rate that is no number', { throttle: { rateLimit: 'fast', burstLimit: 1 } }, 'throttle.rateLimit: '],
    ['a rate of nothing', { throttle: { rateLimit: 0, burstLimit: 1 } }, 'throttle.rateLimit: '],
    ['another client', { database: { client: 'fat' } }, /^ {2}database\.client: .*"lean"\|"sdk"/m],
    ['an origin with a path', { cors: { allowOrigins: ['https://a.example/'] } }, 'cors.allowOrigins.0: '],
    [
      'headers of web pages without those that the API needs',
      { cors: { allowHeaders: ['traceparent'] } },
      /^ {2}cors\.allowHeaders: must hold what callers of the API send, and lacks: authorization, content-type, idempotency-key$/m,
    ],
    [
      'a header with a space',
      { cors: { allowHeaders: ['authorization', 'x bad'] } },
      /^ {2}cors\.allowHeaders\.1: must be the name of a header/m,
    ],
    ['a slip in a field', { usge: true }, /^ {2}unknown field `usge`; did you mean `usage`\?$/m],
    [
      'two slips',
      { throttel: {}, loglevel: 'INFO' },
      /^ {2}unknown field `throttel`; did you mean `throttle`\?; unknown field `loglevel`; did you mean `logLevel`\?$/m,
    ],
    [
      'a slip in a field inside another',
      { alarms: { email: [] } },
      /^ {2}alarms: unknown field `email`; did you mean `emails`\?$/m,
    ],
    [
      'a slip in a field of a plan',
      { limits: { plans: { free: { requestPerMinute: 1 } }, defaultPlan: 'free' } },
      /^ {2}limits\.plans\.free: unknown field `requestPerMinute`; did you mean `requestsPerMinute`\?$/m,
    ],
    [
      'a field that is like no other',
      { apiKeys: { minutes: 1 } },
      /^ {2}apiKeys: unknown field `minutes`; the fields here are rememberSeconds$/m,
    ],
    ['a field that every object has', { constructor: {} }, /^ {2}unknown field `constructor`; /m],
    ['keys remembered too long', { apiKeys: { rememberSeconds: 61 } }, 'apiKeys.rememberSeconds: '],
    ['a retention that CloudWatch does not have', { logRetentionDays: 15 }, 'logRetentionDays: '],
    [
      'callers who are half written down',
      { accessLog: { identifiesCallers: 'x' } },
      'accessLog.identifiesCallers: ',
    ],
    ['too little memory', { endpoints: { memoryMb: 64 } }, 'endpoints.memoryMb: '],
    ['a time-out beyond the gateway’s', { endpoints: { timeoutSeconds: 30 } }, 'endpoints.timeoutSeconds: '],
    ['an authorizer slower than it', { authorizer: { timeoutSeconds: 10 } }, 'authorizer.timeoutSeconds: '],
    ['an expiry within reach of a retry', { expiry: { unusedDays: 2 } }, 'expiry.unusedDays: '],
    ['half a day', { expiry: { endedDays: 2.5 } }, 'expiry.endedDays: '],
    [
      'another default plan',
      plans({ free: 60 }, 'team'),
      'limits.defaultPlan: must be the name of one of the',
    ],
    ['a default plan that every object has', plans({ free: 60 }, 'constructor'), 'limits.defaultPlan: '],
    ['no plans', plans({}), 'limits.defaultPlan: '],
    ['a plan with another kind of name', plans({ 'Gold Plan': 60 }, 'Gold Plan'), 'limits.plans.Gold Plan: '],
    ['a plan of nothing', plans({ free: 0 }), 'limits.plans.free.requestsPerMinute: '],
    [
      'more plans than the environment of a function holds',
      plans(Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`p${i}`, 1])), 'p0'),
      'limits.plans: must be at most 20 plans',
    ],
    [
      'the ARN of an event bus',
      { events: { busName: 'arn:aws:events:eu-central-1:000000000000:event-bus/x' } },
      /^ {2}events\.busName: must be the name of an event bus, not its ARN/m,
    ],
    [
      'an event that there is not',
      { events: { busName: 'default', types: ['chat.session.read'] } },
      /^ {2}events\.types\.0: .*"chat\.turn\.recorded"/m,
    ],
    ['events of no type', { events: { busName: 'default', types: [] } }, /^ {2}events\.types: /m],
    ['usage that is neither on nor off', { usage: 'daily' }, /^ {2}usage: /m],
  ])('for %s', (_what, overrides, problem) => {
    const message = errorOf(() => load(overrides));
    expect(message).toMatch(typeof problem === 'string' ? `\n  ${problem}` : problem);
    expect(message).toContain(`stage "dev" with ${file}`);
  });

  it('with all of its problems at once', () => {
    const message = errorOf(() => load({ logRetentionDays: 15, endpoints: { memoryMb: 1 }, extra: 1 }));
    expect(message).toContain('logRetentionDays: ');
    expect(message).toContain('endpoints.memoryMb: ');
    expect(message).toContain('`extra`');
  });

  it('when its file names a stage, which it would not choose', () => {
    expect(errorOf(() => load({ stage: 'prod' }))).toMatch(/stage/);
  });
});

describe('what is wrong with a configuration', () => {
  it('is all that an operator sees of a failed synthesis', async () => {
    const synthesis = promisify(execFile)(process.execPath, ['infra/app.ts'], {
      env: { CDK_CONTEXT_JSON: JSON.stringify({ stage: 'staging' }) },
    });
    await expect(synthesis).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'There is no stage "staging". Use one of: dev, prod (-c stage=dev)\n',
    });
  });
});

describe('a configuration file', () => {
  it('may begin with a byte order mark', () => {
    expect(load('\uFEFF{"usage": true}').usage).toBe(true);
  });

  it('is named as the operator knows it, where a copy of it is read', () => {
    writeFileSync(file, '{"usage": 1}');
    const message = errorOf(() => loadConfig('dev', file, 'my.json'));
    expect(message).toContain('stage "dev" with my.json is not valid');
    expect(message).not.toContain(file);
  });

  it('that is not there is named', () => {
    const missing = join(folder, 'missing.json');
    expect(errorOf(() => loadConfig('dev', missing))).toMatch(/missing\.json cannot be read as JSON: ENOENT/);
  });

  it('that is no JSON is named', () => {
    expect(errorOf(() => load('{'))).toMatch(/config\.json cannot be read as JSON: /);
  });

  it.each(['[]', 'null', '"dev"', '7'])('must hold an object, not %s', (text) => {
    expect(errorOf(() => load(text))).toBe(`The configuration file ${file} must hold a JSON object`);
  });

  it('that is a folder is named', () => {
    expect(errorOf(() => loadConfig('dev', folder))).toMatch(/cannot be read as JSON: EISDIR/);
  });
});
