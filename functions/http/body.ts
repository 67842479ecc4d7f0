// The body of a call as a JSON object, and checks of input against a schema that report every problem at once.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import { type Problem, validationFailed } from './refusal.ts';

/** Many times what any call needs, and small enough to parse cheaply. */
export const BODY_MAX_BYTES = 65_536;

/** Error messages repeat a caller's names up to this length. */
const NAME_MAX_LENGTH = 100;

const JSON_CONTENT_TYPE = /^application\/json\s*(?:;(.*))?$/i;
const CHARSET = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]*)"?/i;
const UTF_8 = /^utf-?8$/i;

type Body = Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded'>;

/** @throws Refusal `validation_failed` for another content type or charset, malformed JSON, and JSON that is not an object. */
export function readJsonObject(event: Body): Record<string, unknown> {
  requireJson(event.headers);
  const value = parse(bodyText(event));
  if (!isObject(value)) {
    throw bodyProblem(`must be a JSON object, was ${describe(value)}`);
  }
  return value;
}

/** The fields of a body or a query, each with the schema of its value. */
export type Fields = Readonly<Record<string, z.ZodMiniType>>;

export type Values<F extends Fields> = { readonly [Name in keyof F]: z.output<F[Name]> };

export type Validated<F extends Fields> =
  | { readonly values: Values<F>; readonly problems: [] }
  | { readonly problems: Problem[] };

/**
 * Checks field by field, without zod's object schema, which is a third of zod's part of a bundle.
 * @param unknown whether fields of other names are problems
 */
export function validate<F extends Fields>(
  fields: F,
  input: Readonly<Record<string, unknown>>,
  unknown: 'refused' | 'ignored' = 'refused',
): Validated<F> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [path, schema] of Object.entries(fields)) {
    const value = Object.hasOwn(input, path) ? input[path] : undefined;
    const { data, error } = schema.safeParse(value);
    values[path] = data;
    problems.push(...(error?.issues ?? []).map((issue) => ({ path, message: messageOf(issue, value) })));
  }
  const others =
    unknown === 'ignored' ? [] : Object.keys(input).filter((name) => !Object.hasOwn(fields, name));
  problems.push(
    ...others.map((name) => ({
      path: name.slice(0, NAME_MAX_LENGTH),
      message: 'is not a known field; leave it out',
    })),
  );
  return problems.length > 0 ? { problems } : { values: values as Values<F>, problems: [] };
}

function requireJson(headers: Body['headers']): void {
  const type = headers['content-type'];
  const json = type === undefined ? null : JSON_CONTENT_TYPE.exec(type);
  if (json === null) {
    throw bodyProblem(`must be JSON: send "content-type: application/json", not ${quoted(type)}`);
  }
  const charset = CHARSET.exec(json[1] ?? '')?.[1];
  if (charset !== undefined && !UTF_8.test(charset)) {
    throw bodyProblem(
      `must be UTF-8, and the content type says charset ${quoted(charset)}; send it as UTF-8`,
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && !/^(?:identity)?$/i.test(encoding.trim())) {
    throw bodyProblem(
      `must not be compressed, and the content-encoding is ${quoted(encoding)}; send it as it is, without that header`,
    );
  }
}

function bodyText({ body = '', isBase64Encoded }: Body): string {
  const bytes = isBase64Encoded ? Math.floor(body.length * 0.75) : Buffer.byteLength(body);
  if (bytes > BODY_MAX_BYTES) {
    throw bodyProblem(`must be at most ${BODY_MAX_BYTES} bytes, was ${bytes}`);
  }
  const text = isBase64Encoded ? decodeUtf8(Buffer.from(body, 'base64')) : withoutByteOrderMark(body);
  // API Gateway replaces bytes of a text body that are not UTF-8 by this character. JSON can escape it as \ufffd.
  if (text === undefined || text.includes('\ufffd')) {
    throw bodyProblem(
      'must be UTF-8, and holds bytes that are not; Windows PowerShell 5.1, for example, sends Latin-1',
    );
  }
  if (text.trim() === '') {
    throw bodyProblem('must be a JSON object, was empty');
  }
  return text;
}

/** @returns `undefined` for bytes that are not UTF-8. A byte order mark is removed. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The parser's own message is not used: it quotes the body, which may contain personal data. */
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

function quoted(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, NAME_MAX_LENGTH));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
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

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    return value === undefined ? 'is required' : `must be a ${issue.expected}, was ${describe(value)}`;
  }
  return issue.message;
}
