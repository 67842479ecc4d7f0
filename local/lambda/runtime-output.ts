// What a function writes, turned into log lines as Lambda's runtime does for the function's logging configuration.
import { format } from 'node:util';
import type { RuntimeSettings } from './protocol.ts';

interface Output {
  currentRequestId: string | undefined;
  /** The lines written since they were last taken. */
  take(): string[];
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const CONSOLE_METHODS = [
  ['trace', 'TRACE'],
  ['debug', 'DEBUG'],
  ['log', 'INFO'],
  ['info', 'INFO'],
  ['warn', 'WARN'],
  ['error', 'ERROR'],
] as const;

/**
 * Replaces the console and the output streams of this thread. Lines leave with the answer, or a moment later when
 * there is none: a thread that is ended by its time-out has handed over what it wrote before it stood still.
 */
export function captureOutput(settings: RuntimeSettings, flush: (lines: string[]) => void): Output {
  let lines: string[] = [];
  const output: Output = {
    currentRequestId: undefined,
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };

  function add(line: string): void {
    if (lines.length === 0) {
      setImmediate(() => lines.length > 0 && flush(output.take()));
    }
    lines.push(line);
  }

  function write(level: string, args: unknown[]): void {
    const { currentRequestId } = output;
    if (settings.logFormat === 'Text') {
      add(textLine(level, currentRequestId, args));
    } else if (LEVELS.indexOf(level) >= LEVELS.indexOf(settings.logLevel)) {
      add(jsonLine(level, currentRequestId, args));
    }
  }

  for (const [method, level] of CONSOLE_METHODS) {
    console[method] = (...args: unknown[]) => write(level, args);
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
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

function textLine(level: string, requestId: string | undefined, args: unknown[]): string {
  const line = `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...args)}`;
  return line.replaceAll('\n', '\r');
}

/** One argument is kept as JSON; several are formatted into a text, with the first error among them beside it. */
function jsonLine(level: string, requestId: string | undefined, args: unknown[]): string {
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

function describeErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { ...describe(value), ...value } : value;
}

function describe(error: Error) {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: (error.stack ?? '').split('\n'),
  };
}
