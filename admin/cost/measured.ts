// The consumption of a start and of a turn, as measured on the local stack. The numbers are in measured.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MeasuredCall {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Calls to the table. */
  readonly calls: number;
  /** CPU time of one warm call, on a whole core. */
  readonly cpuMs: number;
}

export interface MeasuredStart {
  readonly authorizerByApiKey: MeasuredCall;
  /** A call with a cached API key. */
  readonly authorizerFromMemory: MeasuredCall;
  readonly authorizerBySessionJwt: MeasuredCall;
  readonly startChatSession: MeasuredCall;
  /** Log lines, with the bytes that CloudWatch adds to each. */
  readonly functionLogBytes: number;
  readonly accessLogBytes: number;
  readonly responseBytes: number;
  /** The stored size. */
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

/** Of a call with an unknown API key. */
export interface MeasuredRefusal {
  readonly on: string;
  readonly authorizer: MeasuredCall;
  readonly endpoint: MeasuredCall;
  readonly functionLogBytes: number;
  readonly accessLogBytes: number;
  readonly responseBytes: number;
}

/** The consumption of limits for each start, and of the stream's consumers for a batch of one start. */
export interface MeasuredCustomers {
  readonly on: string;
  /** Its call runs concurrently with others, so it adds no time. */
  readonly limits: Omit<MeasuredCall, 'cpuMs'>;
  readonly countUsage: MeasuredCall;
  /** Its calls go to the event bus. */
  readonly publishSessionEvents: MeasuredCall;
}

/** Values that only a deployment could measure, estimated on the high side. */
export interface Assumed {
  /** A round trip from the function to DynamoDB, in the same region. */
  readonly databaseCallMs: number;
  /** The share of invocations with a cold start. */
  readonly coldShare: number;
  /** Init and the first call, which are both billed. */
  readonly coldMs: number;
}

export interface Measured {
  readonly on: string;
  readonly machine: string;
  readonly start: MeasuredStart;
  readonly turn: MeasuredTurn;
  readonly refused: MeasuredRefusal;
  readonly customers: MeasuredCustomers;
  readonly assumed: Assumed;
}

export const MEASURED_FILE = join(import.meta.dirname, 'measured.json');

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED_FILE, 'utf8'));
}
