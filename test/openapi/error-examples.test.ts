// Examples that are written by hand say what the service says.
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { errorExamples } from '../../docs/openapi/error-examples.ts';
import { Outage } from '../../functions/aws/outage.ts';
import { refusals } from '../../functions/http/refusal.ts';
import { rateLimited } from '../../functions/limits/rate-limit.ts';
import { call, newTenant, start } from '../api/harness.ts';

describe('the example of a conflict is what is answered', () => {
  test('when a key comes with another body', async () => {
    const tenant = await newTenant();
    const key = uuidv7();
    await start(tenant, { key });
    const { body } = await start(tenant, { key, title: 'Another' });
    expect(body).toStrictEqual(errorExamples.otherPayload);
  });

  test('when the session that a key started has been deleted', async () => {
    const tenant = await newTenant();
    const key = uuidv7();
    const { sessionId } = (await start(tenant, { key })).body.session;
    await call('DELETE', `/v1/chat/sessions/${sessionId}`, { token: tenant.apiKey });
    const { body } = await start(tenant, { key });
    expect(body).toStrictEqual(errorExamples.deletedSession);
  });
});

test('the example of a request too many is what is answered', () => {
  const status = { limit: 600, remaining: 0, resetsAtMs: 11_500 };
  expect(rateLimited({ allowed: false, status }, 0)).toMatchObject(errorExamples.rateLimited.error);
});

describe('the example of our own failure is what is answered', () => {
  test.each([
    ['when something is wrong with the service', new Error('a mistake'), errorExamples.internalError],
    ['when the database does not answer', new Outage('no answer'), errorExamples.databaseOutage],
  ])('%s', async (_when, error, { error: example }) => {
    const request = { error } as never as Parameters<NonNullable<ReturnType<typeof refusals>['onError']>>[0];
    await refusals().onError?.(request);
    expect(request.error).toMatchObject(example);
  });
});
