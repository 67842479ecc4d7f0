// Structured log lines, one JSON object each. Never log a token, an API key, a title or metadata.

export type LogFields = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** At other levels, Lambda would drop a DEBUG line after it was written. */
const writesDebug = !['INFO', 'WARN', 'ERROR', 'FATAL'].includes(process.env.AWS_LAMBDA_LOG_LEVEL ?? '');

/** @param fields called only when the line is written */
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

/** To stdout, since Lambda's own `console` would put the line as one string into another JSON line. */
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
