// Text of every script goes in and comes out as it was; what is no text is refused.
import { beforeAll, describe, expect, it } from 'vitest';
import { call, newTenant, start, type Tenant } from '../api/harness.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await newTenant();
});

const path = () => `/v1/personas/${tenant.personaId}/chat/sessions`;

async function startRaw(title: Buffer) {
  const raw = Buffer.concat([
    Buffer.from(`{"personaId":"${tenant.personaId}","title":"`),
    title,
    Buffer.from('"}'),
  ]);
  return call('POST', path(), {
    token: tenant.apiKey,
    headers: { 'content-type': 'application/json' },
    raw: new Uint8Array(raw),
  });
}

describe('A title', () => {
  it.each([
    ['emoji', '🌙✨'],
    ['a family in one emoji', '👩‍👩‍👧‍👦'],
    ['a flag', '🇺🇳'],
    ['right to left', 'שיחה עם לונה'],
    ['both directions, with marks', 'abc \u202Eעברית\u202C def'],
    ['composed and decomposed letters', 'é e\u0301'],
    ['Zalgo', 'Z\u0351\u036B\u0343a\u0322\u035C'],
    ['Chinese beyond the first plane', '𠜎𠜱'],
    ['NUL', 'before\u0000after'],
    ['control characters', 'a\u0001\u001b[31m\u007f\u0085b'],
    ['line breaks', 'one\ntwo\r\nthree\u2028four'],
    ['markup and templates', '<script>alert(1)</script> {{7*7}} #{7*7} %s %n'],
    ['expressions of the database', ':now #status attribute_not_exists(pk)'],
    ['a key of the table', 'ORG#x#PERSONA#y WS#z#SESSION#'],
    ['the names of things', '__proto__ constructor'],
    ['noncharacters', 'a\uFFFEb\uFFFFc'],
    ['private use', '\uE000\u{10FFFD}'],
    ['zero width', 'a\u200B\u200C\u200D\u2060b'],
  ])('of %s comes back as it was, from start, get and list', async (_, title) => {
    const { status, body } = await start(tenant, { title });
    expect(status).toBe(201);
    expect(body.session.title).toBe(title);

    const read = await call('GET', `/v1/chat/sessions/${body.session.sessionId}`, { token: tenant.apiKey });
    const list = await call('GET', path(), { token: tenant.apiKey });
    expect(read.body.title).toBe(title);
    expect(
      list.body.items.find(({ sessionId }: { sessionId: string }) => sessionId === body.session.sessionId)
        .title,
    ).toBe(title);
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
    ['an overlong slash', Buffer.from([0x41, 0xc0, 0xaf])],
    ['half of a pair in UTF-8', Buffer.from([0x41, 0xed, 0xa0, 0xbc])],
    ['a character that breaks off', Buffer.from([0x41, 0xf0, 0x9f])],
  ])('with %s is refused, or has replacement characters in their place', async (_, bytes) => {
    const { status, body } = await startRaw(bytes);
    if (status === 201) {
      expect(body.session.title).toContain('\uFFFD');
    } else {
      expect(status).toBe(422);
    }
  });
});

describe('A path', () => {
  it.each(['%F0%9F%8C%99', '%00', '%ED%A0%BC', '%D7%A9', 'psn%E2%80%AE', '%EF%BC%8E%EF%BC%8E'])(
    'with %s in it is answered with 404 or 400, never with a 5xx',
    async (id) => {
      const answers = await Promise.all([
        call('GET', `/v1/chat/sessions/${id}`, { token: tenant.apiKey }),
        call('GET', `/v1/personas/${id}/chat/sessions`, { token: tenant.apiKey }),
      ]);
      for (const { status } of answers) {
        expect([400, 404]).toContain(status);
      }
    },
  );
});
