// Structured log lines, one JSON object each. Whoever writes one never puts a token, a key or a title into it.

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export function logInfo(message: string, fields: LogFields): void {
  console.info(JSON.stringify({ level: 'INFO', message, ...fields }));
}

export function logError(message: string, fields: LogFields, error: unknown): void {
  console.error(JSON.stringify({ level: 'ERROR', message, ...fields, ...describeError(error) }));
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
