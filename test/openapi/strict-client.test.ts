// The checker of answers has to be strict, or it proves nothing.
import { describe, expect, test } from 'vitest';
import { errorExamples } from '../../docs/openapi/error-examples.ts';
import { activeSession, startedSession } from '../../docs/openapi/examples.ts';
import { acceptAnswer, type ReceivedAnswer } from './strict-client.ts';

const JSON_HEADERS = { 'content-type': 'application/json', 'x-request-id': 'abc' };
const withHeaders = (headers: Record<string, string>) => ({ ...read, headers: new Headers(headers) });

const read: ReceivedAnswer = {
  method: 'GET',
  path: `/v1/chat/sessions/${startedSession.sessionId}`,
  status: 200,
  headers: new Headers(JSON_HEADERS),
  text: JSON.stringify(activeSession),
};

const session = (changes: object) => ({ ...read, text: JSON.stringify({ ...activeSession, ...changes }) });

describe('an answer as the document has it is accepted', () => {
  test.each<[string, ReceivedAnswer]>([
    ['a session', read],
    ['an error', { ...read, status: 404, text: JSON.stringify(errorExamples.sessionNotFound) }],
    ['an error of the gateway', { ...read, status: 429, text: '{"message":"Too Many Requests"}' }],
    [
      'nothing after a delete',
      { ...withHeaders({ 'x-request-id': 'abc' }), method: 'DELETE', status: 204, text: '' },
    ],
    ['anything where the document has no operation', { ...read, path: '/v2', status: 418 }],
  ])('%s', async (_what, answer) => {
    await expect(acceptAnswer(answer)).resolves.toBeUndefined();
  });
});

describe('an answer that differs from the document is not accepted', () => {
  test.each<[string, ReceivedAnswer, RegExp]>([
    ['a field too many', session({ colour: 'blue' }), /colour/],
    ['a field that is missing', session({ endedAt: undefined }), /endedAt/],
    ['a field that is null', session({ endedAt: null }), /endedAt/],
    ['a number as a string', session({ messageCount: '12' }), /messageCount/],
    ['a status of a session that nobody knows', session({ status: 'paused' }), /status/],
    ['an error without a code', { ...read, status: 404, text: '{"error":{"message":"No."}}' }, /error\.code/],
    [
      'an error of the gateway where ours is due',
      { ...read, status: 404, text: '{"message":"No"}' },
      /error/,
    ],
    ['a status that is not in the document', { ...read, status: 302 }, /does not know this status/],
    ['no request id', withHeaders({ 'content-type': 'application/json' }), /x-request-id/],
    ['another content type', withHeaders({ ...JSON_HEADERS, 'content-type': 'text/html' }), /text\/html/],
    ['a header that web pages may not read', withHeaders({ ...JSON_HEADERS, 'x-new': '1' }), /x-new/],
    ['no body', { ...read, text: '' }, /body/],
    ['a body after a delete', { ...read, method: 'DELETE', status: 204 }, /body/],
  ])('%s', async (_what, answer, problem) => {
    await expect(acceptAnswer(answer)).rejects.toThrow(problem);
  });
});
