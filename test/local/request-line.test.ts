// The line for each request: in colours only where they can be seen, and without what nobody should read there.
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { requestLine } from '../../local/request-line.ts';

const REQUEST = { method: 'GET', path: '/v1/chat/sessions', status: '200', ms: '12', requestId: 'abc=' };
const pipe = new Writable() as NodeJS.WriteStream;

function lineOf(request: Partial<typeof REQUEST>): string {
  return requestLine(JSON.stringify({ ...REQUEST, ...request }), pipe);
}

describe('The line of a request', () => {
  it('has status, method, path, duration and request id', () => {
    expect(lineOf({})).toBe('  200 GET    /v1/chat/sessions  12 ms  abc=');
  });

  it.each([
    ['an API key', '/v1/chat/sessions/sk_test_GImsR43tA35SCr57nmdR57ZR1LEHuv1Hxo3h', '/v1/chat/sessions/…'],
    ['a session JWT', '/x/eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3IifQ.c2ln', '/x/…'],
    ['an escape sequence', '/\u001b[31mred', '/\\u{1b}[31mred'],
    ['a line end', '/a\n  200 GET /b', '/a\\u{a}  200 GET /b'],
    ['a reversed text', '/\u202etxt', '/\\u{202e}txt'],
  ])('shows no %s of a path', (_what, path, shown) => {
    expect(lineOf({ path })).toBe(`  200 GET    ${shown}  12 ms  abc=`);
  });
});
