// The body of a call: JSON, or a 422 that says why not.
import { describe, expect, it } from 'vitest';
import { BODY_MAX_BYTES, readJsonObject } from '../../../functions/http/body.ts';
import { Refusal } from '../../../functions/http/refusal.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function problemOf(
  body: string | undefined,
  headers: Record<string, string> = JSON_TYPE,
  base64 = false,
): string {
  try {
    readJsonObject({ headers, ...(body === undefined ? {} : { body }), isBase64Encoded: base64 });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'validation_failed') {
      const [issue] = (error.details?.issues ?? []) as { path: string; message: string }[];
      return `${issue?.path} ${issue?.message}`;
    }
    throw error;
  }
  return 'none';
}

describe('a JSON body', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
    'application/json ; x=y',
  ])('may come as %j', (contentType) => {
    expect(
      readJsonObject({ headers: { 'content-type': contentType }, body: '{"a":1}', isBase64Encoded: false }),
    ).toEqual({ a: 1 });
  });

  it.each([
    ['text/plain', '"text/plain"'],
    ['application/jsonp', '"application/jsonp"'],
    ['application/json,application/json', '"application/json,application/json"'],
    ['application/x-www-form-urlencoded', '"application/x-www-form-urlencoded"'],
    ['', '""'],
  ])('may not come as %j', (contentType, named) => {
    expect(problemOf('{}', { 'content-type': contentType })).toBe(
      `body must be JSON: send "content-type: application/json", not ${named}`,
    );
  });

  it('may not come without a content type', () => {
    expect(problemOf('{}', {})).toMatch(/, not nothing$/);
  });

  it('may come in base64, as the gateway sends what it does not take for text', () => {
    const body = Buffer.from('{"title":"Füße 😀"}').toString('base64');
    expect(readJsonObject({ headers: JSON_TYPE, body, isBase64Encoded: true })).toEqual({ title: 'Füße 😀' });
  });

  it.each([undefined, '', ' ', '\r\n\t'])('must not be empty: %j', (body) => {
    expect(problemOf(body)).toBe('body must be a JSON object, was empty');
  });

  it.each([
    ['null', 'null'],
    ['[]', 'an array'],
    ['[{"personaId":"psn_1"}]', 'an array'],
    ['"text"', 'a string'],
    ['7', 'a number'],
    ['true', 'a boolean'],
  ])('must be an object: %s', (body, what) => {
    expect(problemOf(body)).toBe(`body must be a JSON object, was ${what}`);
  });

  it.each([
    '{',
    "{'a':1}",
    '{"a":1,}',
    '{"a":1}{"b":2}',
    '{} {}',
    '{},{}',
    '{}\u0000',
    '// {}',
    'NaN',
    '\ufeff\ufeff{}',
    'undefined',
    '{"a":NaN}',
    '{"secret":oops}',
  ])('must be well-formed, and is not repeated in the answer: %s', (body) => {
    expect(problemOf(body)).toBe('body is not well-formed JSON');
  });

  it.each(['utf-8', 'UTF-8', '"utf8"'])('may say that it is UTF-8: %s', (charset) => {
    expect(problemOf('{}', { 'content-type': `application/json; charset=${charset}` })).toBe('none');
  });

  it.each(['iso-8859-1', 'windows-1252', 'utf-16', '"latin1"', ''])('may not be in %j', (charset) => {
    expect(problemOf('{}', { 'content-type': `application/json;charset=${charset}` })).toBe(
      `body must be UTF-8, and the content type says charset "${charset.replaceAll('"', '')}"; send it as UTF-8`,
    );
  });

  it('must be UTF-8, as text, in which the gateway has put a replacement character, and in base64', () => {
    const latin1 = Buffer.from('{"title":"Müller"}', 'latin1');
    for (const problem of [
      problemOf(latin1.toString('utf8')),
      problemOf(latin1.toString('base64'), JSON_TYPE, true),
    ]) {
      expect(problem).toMatch(/^body must be UTF-8, and holds bytes that are not/);
    }
  });

  it('may hold an escaped replacement character', () => {
    expect(problemOf('{"title":"\\ufffd"}')).toBe('none');
  });

  it('may begin with a byte order mark, as text and in base64', () => {
    expect(problemOf('\ufeff{}')).toBe('none');
    expect(problemOf(Buffer.from('\ufeff{}').toString('base64'), JSON_TYPE, true)).toBe('none');
  });

  it.each(['gzip', 'br', 'deflate, gzip'])('may not be compressed: %s', (encoding) => {
    expect(problemOf('{}', { ...JSON_TYPE, 'content-encoding': encoding })).toBe(
      `body must not be compressed, and the content-encoding is "${encoding}"; send it as it is, without that header`,
    );
  });

  it.each(['identity', ''])('may say that it is not compressed: %j', (encoding) => {
    expect(problemOf('{}', { ...JSON_TYPE, 'content-encoding': encoding })).toBe('none');
  });

  it('may be 65,536 bytes long, and not one more', () => {
    const body = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect(problemOf(body(BODY_MAX_BYTES))).toBe('none');
    expect(problemOf(body(BODY_MAX_BYTES + 1))).toBe('body must be at most 65536 bytes, was 65537');
  });

  it('is measured in bytes, not in characters', () => {
    expect(problemOf(`{"a":"${'ü'.repeat(40_000)}"}`)).toMatch(/^body must be at most 65536 bytes/);
  });

  it('is measured as what it is, not as base64', () => {
    const base64 = (bytes: number) => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`).toString('base64');
    expect(problemOf(base64(BODY_MAX_BYTES - 3), JSON_TYPE, true)).toBe('none');
    expect(problemOf(base64(BODY_MAX_BYTES + 3), JSON_TYPE, true)).toMatch(/at most 65536 bytes/);
  });

  it('survives nesting as deep as its size allows', () => {
    expect(problemOf(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)).toBe('none');
  });
});
