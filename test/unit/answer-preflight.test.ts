// What is said to the preflight of a browser.
import { expect, it } from 'vitest';
import { handler } from '../../functions/answer-preflight.ts';
import { call, invoke, REQUEST_ID } from './call.ts';

it('a preflight is answered with 204 and no body, to a caller who is not known', async () => {
  const answer = await invoke(handler, call({ method: 'OPTIONS', path: '/v1/x', verdict: undefined }));
  expect(answer).toEqual({
    status: 204,
    headers: { 'cache-control': 'no-store', 'x-request-id': REQUEST_ID },
    text: undefined,
    body: undefined,
  });
});
