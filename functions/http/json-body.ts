// The body of a call as JSON, or the reason why it is none.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { validationFailed } from './refusal.ts';

/** Many times what any call needs, and small enough that a huge body costs nothing. */
export const BODY_MAX_BYTES = 65_536;

const JSON_CONTENT_TYPE = /^application\/json\s*(;.*)?$/i;

/** @throws Refusal `validation_failed` for another content type, malformed JSON, and JSON that is not an object. */
export function readJsonObject(
  event: Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded'>,
): Record<string, unknown> {
  const contentType = event.headers['content-type'];
  if (contentType === undefined || !JSON_CONTENT_TYPE.test(contentType)) {
    throw bodyProblem(`must be JSON: send "content-type: application/json", not ${quoted(contentType)}`);
  }
  const value = parse(bodyText(event));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bodyProblem(`must be a JSON object, was ${Array.isArray(value) ? 'an array' : describe(value)}`);
  }
  return value as Record<string, unknown>;
}

function bodyText({ body = '', isBase64Encoded }: { body?: string; isBase64Encoded: boolean }): string {
  const bytes = isBase64Encoded ? Math.floor(body.length * 0.75) : Buffer.byteLength(body);
  if (bytes > BODY_MAX_BYTES) {
    throw bodyProblem(`must be at most ${BODY_MAX_BYTES} bytes, was ${bytes}`);
  }
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (text.trim() === '') {
    throw bodyProblem('must be a JSON object, was empty');
  }
  return text;
}

/** The parser's own message quotes the body, which may hold what is not to be repeated. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bodyProblem('is not well-formed JSON');
  }
}

function bodyProblem(message: string) {
  return validationFailed([{ path: 'body', message }]);
}

function quoted(contentType: string | undefined): string {
  return contentType === undefined ? 'nothing' : JSON.stringify(contentType.slice(0, 100));
}

export function describe(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (value === undefined) {
    return 'missing';
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
