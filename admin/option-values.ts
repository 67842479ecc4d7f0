// Parsers of option values. Commander prints their messages with the option and the value.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { isUserId } from '../functions/access/user-id.ts';
import { isOpaqueId } from '../functions/dynamodb/item.ts';
import { REQUESTS_PER_MINUTE_MAX } from '../functions/env.ts';
import { SHARDS_MAX } from '../functions/sessions/shards.ts';
import { Misused } from './refused.ts';
import { SCOPES, type Scope } from './scopes.ts';
import { withoutSecrets } from './without-secrets.ts';

const NAME_MAX_CODE_POINTS = 200;
const PLAN_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const RFC_3339 = z.iso.datetime({ offset: true });
const DURATION = /^([1-9][0-9]{0,5})([hd])$/;
const HOUR_MS = 3_600_000;
const UNIT_MS = { h: HOUR_MS, d: 24 * HOUR_MS };
/** The latest time in RFC 3339. */
const LAST_MOMENT_MS = Date.parse('9999-12-31T23:59:59.999Z');

export function id(value: string): string {
  refuseSecret(value);
  if (!isOpaqueId(value)) {
    throw new InvalidArgumentError('It must be 1 to 64 letters, digits, "_" and "-".');
  }
  return value;
}

export function userId(value: string): string {
  if (!isUserId(value)) {
    throw new InvalidArgumentError('It must be 1 to 255 printable ASCII characters.');
  }
  refuseSecret(value);
  return value;
}

function refuseSecret(value: string): void {
  if (withoutSecrets(value) !== value) {
    throw new InvalidArgumentError(
      'It contains a key or a token, which would be stored and shown in plain text.',
    );
  }
}

/** The message does not repeat a value of another form, which may be the key itself. */
export function keyId(value: string): string {
  if (!/^key_[0-9A-Z]{26}$/.test(value)) {
    throw new Misused(
      'The value of --key-id is not the id of a key (key_…, as "key list" shows it). It is not repeated here, since it may be a key.',
    );
  }
  return value;
}

export function filled(value: string): string {
  if (value.trim() === '') {
    throw new InvalidArgumentError('It must not be empty; is a shell variable unset?');
  }
  return value;
}

export function displayName(value: string): string {
  refuseSecret(value);
  const name = value.trim();
  const codePoints = [...name].length;
  if (codePoints < 1 || codePoints > NAME_MAX_CODE_POINTS) {
    throw new InvalidArgumentError(`It must be 1 to ${NAME_MAX_CODE_POINTS} characters, was ${codePoints}.`);
  }
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) {
    throw new InvalidArgumentError('It must not hold control characters, line breaks or broken Unicode.');
  }
  return name;
}

export function scopes(value: string): readonly Scope[] {
  const given = value.split(',').map((scope) => scope.trim());
  const unknown = given.filter((scope) => !isScope(scope));
  if (unknown.length > 0 && isFileHere(value)) {
    throw new InvalidArgumentError(
      "It is the name of a file: the shell has expanded a * that was not quoted. Use --scopes '*' for everything.",
    );
  }
  if (unknown.length > 0) {
    throw new InvalidArgumentError(
      `There is no scope "${unknown.join('", "')}"; use ${Object.keys(SCOPES).join(', ')}, separated by commas.`,
    );
  }
  return [...new Set(given.filter(isScope))];
}

/** npm runs scripts in the project's folder; INIT_CWD is the folder in which it was called. */
function isFileHere(name: string): boolean {
  return [process.cwd(), process.env.INIT_CWD].some(
    (folder) => folder !== undefined && existsSync(path.join(folder, name)),
  );
}

function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** @returns RFC 3339, UTC, with milliseconds. */
export function expiry(value: string, nowMs: number): string {
  const atMs = expiryMs(value, nowMs);
  if (atMs === undefined) {
    throw new InvalidArgumentError(
      'Give a time as in 2030-12-31T23:59:59Z (RFC 3339, with the zone), or a duration as in 12h or 30d.',
    );
  }
  if (atMs <= nowMs || atMs > LAST_MOMENT_MS) {
    throw new InvalidArgumentError('It must lie in the future, before the year 10000.');
  }
  return new Date(atMs).toISOString();
}

function expiryMs(value: string, nowMs: number): number | undefined {
  const [, count, unit] = DURATION.exec(value) ?? [];
  if (count !== undefined) {
    return nowMs + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return RFC_3339.safeParse(value).success ? Date.parse(value) : undefined;
}

export function planName(value: string): string {
  if (!PLAN_NAME.test(value)) {
    throw new InvalidArgumentError('It must be 1 to 32 of a-z, 0-9, "_" and "-", as in the configuration.');
  }
  return value;
}

export function requestsPerMinute(value: string): number {
  const count = Number(value);
  if (!/^[1-9][0-9]{0,8}$/.test(value) || count > REQUESTS_PER_MINUTE_MAX) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${REQUESTS_PER_MINUTE_MAX}.`);
  }
  return count;
}

export function aboveZero(value: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(value)) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return Number(value);
}

export function month(value: string): string {
  if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(value)) {
    throw new InvalidArgumentError('It must be a year and a month, as in 2026-11.');
  }
  return value;
}

export function shards(value: string): number {
  const count = Number(value);
  if (!/^[0-9]{1,3}$/.test(value) || count < 1 || count > SHARDS_MAX) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${SHARDS_MAX}.`);
  }
  return count;
}
