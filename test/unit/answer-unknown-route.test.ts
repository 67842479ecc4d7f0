// What is said to a call that no route names.
import { describe, expect, it } from 'vitest';
import { handler } from '../../functions/answer-unknown-route.ts';
import { call, invoke } from './call.ts';
import { captureLogs } from './log-lines.ts';

const logs = captureLogs();

describe('an unknown route', () => {
  it('is a 404 in the envelope that names method and path', async () => {
    const answer = await invoke(handler, call({ method: 'PUT', path: '/v1/chat/sessions/' }));
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'not_found',
        message: expect.stringContaining('There is no PUT /v1/chat/sessions/ here.'),
      },
    });
  });

  it('is the same to those who are not known', async () => {
    const answer = await invoke(handler, call({ verdict: { authn: 'missing' } }));
    expect(answer.status).toBe(404);
  });

  it('with an endless path is answered briefly', async () => {
    const { text } = await invoke(handler, call({ path: `/${'x'.repeat(9_000)}` }));
    expect(text?.length).toBeLessThan(400);
  });

  it('is logged without its path', async () => {
    await invoke(handler, call({ path: '/secret' }));
    expect(logs.text()).toContain('unknownRoute');
    expect(logs.text()).not.toContain('secret');
  });
});
