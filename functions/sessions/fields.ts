// The fields of a session that its callers set: title and metadata.
import * as z from 'zod/mini';
import type { Metadata } from './session.ts';

export const TITLE_MAX_CODE_POINTS = 200;

export const METADATA_MAX_PAIRS = 16;
export const METADATA_KEY_MAX_LENGTH = 64;
export const METADATA_VALUE_MAX_LENGTH = 512;
/** Of all keys and values together, in UTF-8. */
export const METADATA_MAX_BYTES = 4_096;

/** Trims white space. */
export const Title = z.string().check(
  z.trim(),
  z.check((title) => report(title, titleProblem(title.value))),
);

export const MetadataField = z
  .custom<Metadata>()
  .check(z.check((metadata) => report(metadata, metadataProblem(metadata.value))));

/** @returns the problem of an already trimmed title, or `undefined`. */
export function titleProblem(title: string): string | undefined {
  if (title === '') {
    return 'must not be empty or only white space; leave it out to get a default title';
  }
  if (!title.isWellFormed()) {
    return 'must be well-formed Unicode; it holds half of a surrogate pair';
  }
  const codePoints = countCodePoints(title);
  if (codePoints > TITLE_MAX_CODE_POINTS) {
    return `must be at most ${TITLE_MAX_CODE_POINTS} characters after trimming, was ${codePoints}`;
  }
  return undefined;
}

export function defaultTitle(personaName: string): string {
  return [...`Chat with ${personaName}`].slice(0, TITLE_MAX_CODE_POINTS).join('').trimEnd();
}

/** @returns the problem, or `undefined`. It repeats no key, since metadata is never logged. */
function metadataProblem(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return 'must be an object of texts, such as {"topic":"billing"}';
  }
  const pairs = Object.entries(metadata);
  if (pairs.length > METADATA_MAX_PAIRS) {
    return `must have at most ${METADATA_MAX_PAIRS} pairs, had ${pairs.length}`;
  }
  let bytes = 0;
  for (const [key, value] of pairs) {
    if (key === '' || countCodePoints(key) > METADATA_KEY_MAX_LENGTH) {
      return `must have keys of 1 to ${METADATA_KEY_MAX_LENGTH} characters, had one of ${countCodePoints(key)}`;
    }
    if (typeof value !== 'string') {
      return `must have texts as values, had ${value === null ? 'null' : `a value of type ${typeof value}`}; write it as a text`;
    }
    if (countCodePoints(value) > METADATA_VALUE_MAX_LENGTH) {
      return `must have values of at most ${METADATA_VALUE_MAX_LENGTH} characters, had one of ${countCodePoints(value)}`;
    }
    if (!key.isWellFormed() || !value.isWellFormed()) {
      return 'must be well-formed Unicode; it holds half of a surrogate pair';
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return bytes > METADATA_MAX_BYTES
    ? `must be at most ${METADATA_MAX_BYTES} bytes together, was ${bytes}`
    : undefined;
}

interface Checked {
  readonly value: unknown;
  readonly issues: { push(issue: { code: 'custom'; input: unknown; message: string }): unknown };
}

function report({ value, issues }: Checked, problem: string | undefined): void {
  if (problem !== undefined) {
    issues.push({ code: 'custom', input: value, message: problem });
  }
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}
