// The messages between an execution environment and its worker thread.
import type { MessagePort } from 'node:worker_threads';

/** Passed to the thread when it starts. */
export interface RuntimeSettings {
  codeFolder: string;
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
  logFormat: 'JSON' | 'Text';
  logLevel: string;
  /** For calls to the database without HTTP; absent when it is not the embedded one. */
  databasePort: MessagePort | undefined;
}

/** One event to handle. Events and results travel as JSON text, as they do on Lambda. */
export interface Invocation {
  requestId: string;
  event: string;
  deadlineEpochMs: number;
}

export interface FunctionFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type RuntimeMessage =
  | { type: 'initialised' }
  | { type: 'result'; result: string; logs: string[] }
  | { type: 'failure'; failure: FunctionFailure; logs: string[] }
  | { type: 'logs'; logs: string[] };
