// What a start and a turn consume, as it was measured on the local stack: measured.json holds the numbers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MeasuredCall {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** To the table. */
  readonly calls: number;
  /** Of one warm call, on a whole core. */
  readonly cpuMs: number;
}

export interface MeasuredStart {
  readonly authorizerByApiKey: MeasuredCall;
  /** An API key that was read a moment ago. */
  readonly authorizerFromMemory: MeasuredCall;
  readonly authorizerBySessionJwt: MeasuredCall;
  readonly startChatSession: MeasuredCall;
  /** Log lines with what CloudWatch adds to each. */
  readonly functionLogBytes: number;
  readonly accessLogBytes: number;
  readonly responseBytes: number;
  /** As stored. */
  readonly sessionItemBytes: number;
  /** Of the two attributes that put a session into the index of sessions by user. */
  readonly userIndexKeyBytes: number;
}

/** Of a turn that is recorded; its authorizer is that of a start. */
export interface MeasuredTurn {
  readonly on: string;
  readonly recordChatTurn: MeasuredCall;
  readonly functionLogBytes: number;
  readonly accessLogBytes: number;
  readonly responseBytes: number;
}

/** What limits add to a start, and what a batch of one start takes of the consumers of the stream. */
export interface MeasuredCustomers {
  readonly on: string;
  /** Its call runs beside others, so its time is theirs. */
  readonly limits: Omit<MeasuredCall, 'cpuMs'>;
  readonly countUsage: MeasuredCall;
  /** Its calls are those to the event bus. */
  readonly publishSessionEvents: MeasuredCall;
}

/** What only a deployment could tell; chosen on the high side. */
export interface Assumed {
  /** From the function to DynamoDB and back, in the same region. */
  readonly databaseCallMs: number;
  /** Of all invocations, those that start an execution environment first. */
  readonly coldShare: number;
  /** Loading and the first call, which are both paid. */
  readonly coldMs: number;
}

export interface Measured {
  readonly on: string;
  readonly machine: string;
  readonly start: MeasuredStart;
  readonly turn: MeasuredTurn;
  readonly customers: MeasuredCustomers;
  readonly assumed: Assumed;
}

export const MEASURED_FILE = join(import.meta.dirname, 'measured.json');

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED_FILE, 'utf8'));
}
