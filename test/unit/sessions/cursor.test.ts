// Cursors of lists: what they hold, and that none but the list's own is accepted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCursor, type ListScope, parseCursor } from '../../../functions/sessions/cursor.ts';

const scope: ListScope = { orgId: 'org_1', workspaceId: 'ws_1', personaId: 'psn_1', status: undefined };
const ulid = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a cursor', () => {
  it('gives back the ulid that it was made of', () => {
    fc.assert(
      fc.property(ulid, (last) => {
        expect(parseCursor(scope, formatCursor(scope, last))).toBe(last);
      }),
    );
  });

  it('needs no escaping in a query', () => {
    fc.assert(
      fc.property(ulid, (last) => {
        expect(formatCursor(scope, last)).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('names no org, workspace or persona', () => {
    const cursor = formatCursor(scope, '01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(Buffer.from(cursor, 'base64url').toString()).not.toMatch(/org_1|ws_1|psn_1/);
  });

  it.each(['orgId', 'workspaceId', 'personaId'] as const)(
    'of a list with another %s is not accepted',
    (part) => {
      fc.assert(
        fc.property(ulid, id, (last, other) => {
          fc.pre(other !== scope[part]);
          expect(parseCursor({ ...scope, [part]: other }, formatCursor(scope, last))).toBeUndefined();
        }),
      );
    },
  );

  it('of a list with another status filter is not accepted', () => {
    const cursor = formatCursor({ ...scope, status: 'ended' }, '01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(parseCursor({ ...scope, status: 'active' }, cursor)).toBeUndefined();
    expect(parseCursor(scope, cursor)).toBeUndefined();
  });

  it('with any one character changed, removed or added is not accepted', () => {
    fc.assert(
      fc.property(ulid, fc.nat({ max: 50 }), fc.constantFrom(...BASE64URL), (last, at, character) => {
        const cursor = formatCursor(scope, last);
        expect(cursor).toHaveLength(51);
        expect(parseCursor(scope, cursor.slice(0, at) + cursor.slice(at + 1))).toBeUndefined();
        expect(parseCursor(scope, cursor.slice(0, at) + character + cursor.slice(at))).toBeUndefined();
        fc.pre(cursor.charAt(at) !== character);
        expect(parseCursor(scope, cursor.slice(0, at) + character + cursor.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('is never found in other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), ulid), (text) => {
        expect(parseCursor(scope, text)).toBeUndefined();
      }),
    );
  });
});
