// Structured log lines, one JSON object each. Whoever writes one never puts a token, a key or a title into it.

export type LogFields = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** Lambda drops the others, after they have been written. */
const writesDebug = !['INFO', 'WARN', 'ERROR', 'FATAL'].includes(process.env.AWS_LAMBDA_LOG_LEVEL ?? '');

/** @param fields asked for only when the line is written */
export function logDebug(message: string, fields: () => LogFields): void {
  if (writesDebug) {
    writeLine({ level: 'DEBUG', message, ...fields() });
  }
}

export function logInfo(message: string, fields: LogFields): void {
  writeLine({ level: 'INFO', message, ...fields });
}

export function logError(message: string, fields: LogFields, error: unknown): void {
  writeLine({ level: 'ERROR', message, ...fields, ...describeError(error) });
}

/** Past `console`, which Lambda replaces: it would put the line as one string into a line of its own. */
function writeLine(fields: LogFields): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...fields })}\n`);
}

function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) {
    return { errorName: typeof error };
  }
  return {
    errorName: error.name,
    errorMessage: error.message,
    errorStack: error.stack,
    ...(error.cause instanceof Error ? { errorCause: `${error.cause.name}: ${error.cause.message}` } : {}),
  };
}
