// The Lambda authorizer: passes every call on to its endpoint, with a verdict on the caller.
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { type ApiKeyVerifier, apiKeyVerifier, type FindApiKey } from './access/api-keys.ts';
import { type BearerToken, readBearerToken } from './access/bearer-token.ts';
import { type Decision, type Refused, refused } from './access/refusal-reasons.ts';
import { type SessionJwtVerifier, sessionJwtVerifier } from './access/session-jwt.ts';
import { toContext, type VerdictContext } from './access/verdict.ts';
import { type AuthorizerSettings, readAuthorizerEnv } from './env.ts';
import { type LogFields, logDebug, logError, logInfo } from './observability/log.ts';
import { countColdStart, durationMetric, refusalMetric } from './observability/metrics.ts';

type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'headers' | 'requestContext'>;
type AuthorizerResult = APIGatewaySimpleAuthorizerWithContextResult<VerdictContext>;

export interface Verifiers {
  readonly apiKey: ApiKeyVerifier;
  readonly sessionJwt: SessionJwtVerifier;
}

/** The authorizer's name in log lines and metrics. */
const OPERATION = 'authorize';

/** Authorizes every call: an HTTP API can't return our error envelope for a denied one, so the endpoint refuses it. */
export function createAuthorizer(verifiers: Verifiers) {
  return async ({ headers, requestContext }: AuthorizerEvent): Promise<AuthorizerResult> => {
    countColdStart(OPERATION);
    return {
      isAuthorized: true,
      context: await decide(headers?.authorization, requestContext.requestId, verifiers),
    };
  };
}

/** Never throws: API Gateway answers 500, without the envelope, when the authorizer fails. */
async function decide(
  authorization: string | undefined,
  requestId: string,
  verifiers: Verifiers,
): Promise<VerdictContext> {
  const startedAtMs = performance.now();
  const fieldsOf = (outcome: string) => {
    const durationMs = Math.round((performance.now() - startedAtMs) * 100) / 100;
    return { requestId, operation: OPERATION, outcome, durationMs };
  };
  try {
    const decision = await decisionOn(readBearerToken(authorization), verifiers);
    const context = toContext(decision);
    if (decision.authn === 'ok') {
      logDebug('authorized', () => ({ ...fieldsOf('ok'), ...durationMetric() }));
    } else {
      logRefusal(decision, fieldsOf(outcomeOf(decision)));
    }
    return context;
  } catch (error) {
    // The credentials may be valid: a 401 would sign their user out.
    const decision = refused('check_failed', error);
    logRefusal(decision, fieldsOf(outcomeOf(decision)));
    return toContext(decision);
  }
}

/** A separate outcome for a pause between key fetches: any caller can cause it, so it must not fire the alarm on `unavailable`. */
function outcomeOf({ authn, reason }: Refused): string {
  return reason === 'key_fetch_paused' ? 'paused' : authn;
}

function logRefusal({ reason, cause }: Refused, fields: LogFields & { readonly outcome: string }): void {
  const line = { ...fields, reason, ...refusalMetric() };
  if (fields.outcome === 'unavailable') {
    logError('credentials not checked', line, cause);
  } else {
    logInfo('refused', line);
  }
}

async function decisionOn(bearer: BearerToken, verifiers: Verifiers): Promise<Decision> {
  switch (bearer.kind) {
    case 'api-key':
      return verifiers.apiKey(bearer.token);
    case 'session-jwt':
      return verifiers.sessionJwt(bearer.token);
    case 'missing':
      return refused('no_credentials');
    case 'invalid':
      return refused('malformed_header');
  }
}

function verifiersFrom(settings: AuthorizerSettings): Verifiers {
  return {
    apiKey: apiKeyVerifier({ find: findApiKey(settings.tableName), rememberMs: settings.apiKeyRememberMs }),
    sessionJwt: sessionJwtVerifier(settings.jwtIssuers, {
      // Cached and pinned keys may still verify, so the failure may show in no refusal.
      onFetchFailed: (failure) => logError('issuer keys not fetched', { operation: OPERATION }, failure),
    }),
  };
}

/** Imports the table's client on the first API key, so that session JWTs do not wait for it. */
function findApiKey(tableName: string): FindApiKey {
  let lookup: Promise<FindApiKey> | undefined;
  return async (secretHash) => {
    lookup ??= import('./access/find-api-key.ts').then(({ openApiKeyLookup }) => openApiKeyLookup(tableName));
    return (await lookup)(secretHash);
  };
}

export const handler = createAuthorizer(verifiersFrom(readAuthorizerEnv(process.env)));
