// How far a customer's x-request-id can be answered: from the logs, by queries of CloudWatch Logs Insights.
import { InvalidArgumentError } from 'commander';

export interface RequestQueries {
  readonly json: object;
  readonly text: string;
}

const DEFAULT_STAGE = 'dev';
const DAYS_BACK = 7;
const DAY_SECONDS = 86_400;

/** The gateway's ids are of base64; nothing else gets into a query or a shell. */
const REQUEST_ID = /^[A-Za-z0-9+/=_-]{1,128}$/;

export function requestId(value: string): string {
  if (!REQUEST_ID.test(value)) {
    throw new InvalidArgumentError('It must be the value of an x-request-id header.');
  }
  return value;
}

/**
 * Two queries, since one query reads log groups of one class: those of the functions are standard, the access log is of
 * infrequent access.
 */
export function requestQueries(
  requestId: string,
  stage: string = DEFAULT_STAGE,
  nowMs: number,
): RequestQueries {
  const stack = `MoonbornChatSessions-${stage}`;
  const accessLog = `fields @timestamp, routeKey, status, latencyMs, authn, orgId, integrationError, authorizerError | filter requestId = "${requestId}"`;
  const functions = `fields @timestamp, level, message, operation, outcome, reason, status, durationMs, orgId, errorName, errorMessage | filter requestId = "${requestId}" | sort @timestamp`;
  const commands = [
    command(
      `SOURCE logGroups(namePrefix: ['/aws/vendedlogs/apigateway/${stack}'], class: ['INFREQUENT_ACCESS']) | ${accessLog}`,
      nowMs,
    ),
    command(`SOURCE logGroups(namePrefix: ['${stack}-']) | ${functions}`, nowMs),
  ];
  return {
    json: { requestId, queries: { accessLog, functions }, commands },
    text: [
      `Access log of ${stack}: which route, which status, which org. In the console choose its log group and run`,
      `  ${accessLog}`,
      "Functions: why it was refused or failed; what went well has lines only at logLevel DEBUG. Choose the stack's log groups and run",
      `  ${functions}`,
      `From a shell, for the last ${DAYS_BACK} days ("aws logs get-query-results --query-id …" has the answer):`,
      ...commands.map((command) => `  ${command}`),
      'The logs name no session. A start, the last turn and the end stand with their request ids in the session: "session list" around that time, then "session show".',
    ].join('\n'),
  };
}

function command(query: string, nowMs: number): string {
  const now = Math.ceil(nowMs / 1000);
  return `aws logs start-query --start-time ${now - DAYS_BACK * DAY_SECONDS} --end-time ${now} --query-string "${query.replaceAll('"', '\\"')}"`;
}
