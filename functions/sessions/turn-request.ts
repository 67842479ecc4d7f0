// The request that records a turn, as published.
import * as z from 'zod/mini';
import { readJsonObject, validate } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { validationFailed } from '../http/refusal.ts';
import type { Turn } from './turn.ts';

/** Together they keep every counter of a session below 2^53, where whole numbers are exact. */
export const TURN_MAX = 1_000_000;
export const TURN_MESSAGES_MAX = 1_000;
export const TURN_TOKENS_MAX = 100_000_000;
export const TURN_COST_MAX_USD_MICROS = 1_000_000_000;

export const turnFields = {
  turn: wholeNumber(1, TURN_MAX),
  messages: wholeNumber(0, TURN_MESSAGES_MAX),
  inputTokens: wholeNumber(0, TURN_TOKENS_MAX),
  outputTokens: wholeNumber(0, TURN_TOKENS_MAX),
  costUsdMicros: wholeNumber(0, TURN_COST_MAX_USD_MICROS),
};

/** @throws Refusal `validation_failed` */
export function readTurnRequest({ event }: Call): Turn {
  const request = validate(turnFields, readJsonObject(event));
  if (!('values' in request)) {
    throw validationFailed(request.problems);
  }
  return request.values;
}

function wholeNumber(least: number, most: number) {
  return z.number().check(
    z.refine((value) => Number.isInteger(value) && value >= least && value <= most, {
      error: ({ input }) => `must be a whole number from ${least} to ${most}, was ${String(input)}`,
    }),
  );
}
