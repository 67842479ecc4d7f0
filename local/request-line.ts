// The line that `npm start` prints for each request, from the gateway's access log.
import { styleText } from 'node:util';

/** Neither the query nor a header nor a body: they hold titles, metadata and tokens. */
export const REQUEST_LOG_FORMAT =
  '{"method":"$context.httpMethod","path":"$context.path","status":"$context.status","ms":"$context.responseLatency","requestId":"$context.requestId"}';

interface Request {
  method: string;
  path: string;
  status: string;
  ms: string;
  requestId: string;
}

/** Credentials have no place in a path, but a caller may have put them there. */
const CREDENTIAL = /(?<![0-9A-Za-z])(?:[a-z]k_(?:live|test)_[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*)/g;
/** A path is decoded: it may hold what moves the cursor, or reverses the text. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** @param logLine in {@link REQUEST_LOG_FORMAT} */
export function requestLine(logLine: string, stream: NodeJS.WriteStream): string {
  const { method, path, status, ms, requestId } = JSON.parse(logLine) as Request;
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream });
  const colour = status >= '500' ? 'red' : status >= '400' ? 'yellow' : 'green';
  return `  ${style(colour, status)} ${printable(method).padEnd(6)} ${printable(path)}  ${style('dim', `${ms} ms  ${requestId}`)}`;
}

function printable(text: string): string {
  return text
    .replaceAll(CREDENTIAL, '…')
    .replaceAll(NOT_PRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
