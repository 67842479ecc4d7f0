// Turns the output of a function into log lines, as Lambda's runtime does for the function's logging configuration.
import { format } from 'node:util';

/**
 * @import { RuntimeSettings } from './protocol.ts'
 * @typedef {object} Output
 * @property {string | undefined} currentRequestId
 * @property {() => string[]} take the lines written since they were last taken
 */

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** @type {['trace' | 'debug' | 'log' | 'info' | 'warn' | 'error', string][]} */
const CONSOLE_METHODS = [
  ['trace', 'TRACE'],
  ['debug', 'DEBUG'],
  ['log', 'INFO'],
  ['info', 'INFO'],
  ['warn', 'WARN'],
  ['error', 'ERROR'],
];

/**
 * Replaces the console and the output streams of this thread. Lines are sent with the answer, or a moment later without
 * one: a thread that is ended by its time-out has already sent the lines that it wrote before it blocked.
 * @param {RuntimeSettings} settings
 * @param {(lines: string[]) => void} flush
 * @returns {Output}
 */
export function captureOutput(settings, flush) {
  /** @type {string[]} */
  let lines = [];
  /** @type {Output} */
  const output = {
    currentRequestId: undefined,
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };

  /** @param {string} line */
  function add(line) {
    if (lines.length === 0) {
      setImmediate(() => lines.length > 0 && flush(output.take()));
    }
    lines.push(line);
  }

  /** @type {(level: string, args: unknown[]) => void} */
  function write(level, args) {
    const { currentRequestId } = output;
    if (settings.logFormat === 'Text') {
      add(textLine(level, currentRequestId, args));
    } else if (LEVELS.indexOf(level) >= LEVELS.indexOf(settings.logLevel)) {
      add(jsonLine(level, currentRequestId, args));
    }
  }

  for (const [method, level] of CONSOLE_METHODS) {
    console[method] = (...args) => write(level, args);
  }
  for (const stream of [process.stdout, process.stderr]) {
    /** @type {(chunk: string | Uint8Array, ...rest: unknown[]) => boolean} */
    stream.write = (chunk, ...rest) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      text.replace(/\n$/, '').split('\n').forEach(add);
      const done = rest.at(-1);
      if (typeof done === 'function') {
        done();
      }
      return true;
    };
  }
  return output;
}

/** @type {(level: string, requestId: string | undefined, args: unknown[]) => string} */
function textLine(level, requestId, args) {
  const line = `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...args)}`;
  return line.replaceAll('\n', '\r');
}

/**
 * A single argument is kept as JSON. Several are formatted into one string, with the fields of the first error.
 * @type {(level: string, requestId: string | undefined, args: unknown[]) => string}
 */
function jsonLine(level, requestId, args) {
  const head = { timestamp: new Date().toISOString(), level, requestId };
  if (args.length === 1) {
    try {
      return JSON.stringify({ ...head, message: args[0] }, describeErrors);
    } catch {
      return JSON.stringify({ ...head, message: format(args[0]) });
    }
  }
  const error = args.find((argument) => argument instanceof Error);
  return JSON.stringify({ ...head, message: format(...args), ...(error && describe(error)) });
}

/** @type {(key: string, value: unknown) => unknown} */
function describeErrors(_key, value) {
  return value instanceof Error ? { ...describe(value), ...value } : value;
}

/** @param {Error} error */
function describe(error) {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: (error.stack ?? '').split('\n'),
  };
}
