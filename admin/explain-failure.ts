// Explains a failure of a call to the database in one line, with a remedy.
import { DamagedItem } from '../functions/dynamodb/item.ts';
import { UnfinishedIssue } from './issue-api-key.ts';
import { Refused } from './refused.ts';
import type { Target } from './target.ts';
import { UnfinishedErase } from './user/erase-user.ts';

interface AwsError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const REFUSED_CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
]);

const EXPIRED_CREDENTIALS = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired']);

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

const SIGN_IN =
  'Sign in (for example "aws sso login"), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

export function explainFailure(error: unknown, target: Target): Refused {
  if (error instanceof Refused) {
    return error;
  }
  if (error instanceof UnfinishedIssue || error instanceof UnfinishedErase) {
    return new Refused(`${explainFailure(error.cause, target).message} ${error.message}`, { cause: error });
  }
  if (error instanceof DamagedItem) {
    return new Refused(error.message, { cause: error });
  }
  const root = rootOf(error);
  return new Refused(explanation(root, target), { cause: error });
}

/** An outage is explained by its cause. */
function rootOf(error: unknown): AwsError {
  if (!(error instanceof Error)) {
    return new Error(String(error));
  }
  return error.name === 'Outage' && error.cause instanceof Error ? error.cause : error;
}

function explanation(error: AwsError, { name: tableName, local }: Target): string {
  if (error.name === 'ResourceNotFoundException') {
    return local === undefined
      ? `There is no table "${tableName}" in this account and region. Check --table (the stack's output TableName), --region and AWS_PROFILE.`
      : `The local database at ${local.databaseEndpoint} has no table "${tableName}". ${local.stackFile} may be left from an earlier run: start the stack again with "npm start".`;
  }
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') {
    return `No AWS credentials were found. ${SIGN_IN}${local === undefined ? '; for the local stack use --local' : ''}.`;
  }
  if (EXPIRED_CREDENTIALS.has(error.name)) {
    return `The AWS credentials have expired. ${SIGN_IN} again.`;
  }
  if (REFUSED_CREDENTIALS.has(error.name)) {
    return `AWS does not accept these credentials (${error.name}). ${SIGN_IN}.`;
  }
  if (error.name === 'AccessDeniedException') {
    return `These AWS credentials may not do that: ${said(error)}. Operators need dynamodb:GetItem, PutItem, UpdateItem and Query on the table "${tableName}" and its indexes; "user export" and "user erase" also need DescribeTable and Scan, and "user erase" DeleteItem.`;
  }
  if (error.message === 'Region is missing') {
    return 'No AWS region was given. Use --region <name>, or set AWS_REGION or AWS_DEFAULT_REGION; for the local stack use --local.';
  }
  if (THROTTLED.has(error.name)) {
    return `The table "${tableName}" is being throttled (${error.name}). Try again in a moment.`;
  }
  if (error.name === 'ValidationException' && /does not have the specified index/.test(error.message)) {
    return `The table "${tableName}" has no index of sessions by user. Its configuration switches it on with "sessionsByUser"; list the sessions of a persona instead, or use "user export".`;
  }
  if (error.name === 'ValidationException' && /schema|Missing the key/.test(error.message)) {
    return `The table "${tableName}" is not a table of this service: ${said(error)}. Check --table (the stack's output TableName).`;
  }
  if (isConnectionFailure(error)) {
    return local === undefined
      ? `The database can't be reached (${detail(error)}). Check the network, --region and AWS_ENDPOINT_URL_DYNAMODB.`
      : `The local database at ${local.databaseEndpoint} does not answer (${detail(error)}). Start the stack with "npm start".`;
  }
  return `The database failed (${error.name}): ${said(error)}.`;
}

function isConnectionFailure({ name, code, $metadata }: AwsError): boolean {
  return name === 'TimeoutError' || (typeof code === 'string' && $metadata?.httpStatusCode === undefined);
}

function detail({ code, name }: AwsError): string {
  return typeof code === 'string' ? code : name;
}

/** AWS ends some messages with a full stop. */
function said({ message }: AwsError): string {
  return message.replace(/\.$/, '');
}
