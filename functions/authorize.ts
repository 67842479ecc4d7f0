// The Lambda authorizer: lets every call through to its endpoint with a verdict on who calls.
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

/** What the authorizer is called in its log lines and metrics, as an operation beside those of the API. */
const OPERATION = 'authorize';

/** An HTTP API can't render our error envelope, so no call is turned away here: its endpoint refuses. */
export function createAuthorizer(verifiers: Verifiers) {
  return async ({ headers, requestContext }: AuthorizerEvent): Promise<AuthorizerResult> => {
    countColdStart(OPERATION);
    return {
      isAuthorized: true,
      context: await decide(headers?.authorization, requestContext.requestId, verifiers),
    };
  };
}

/** Never throws: the gateway would answer a failed authorizer with a 500 of its own. */
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
    // Nothing is known of the caller; a 401 would log good users out.
    const decision = refused('check_failed', error);
    logRefusal(decision, fieldsOf(outcomeOf(decision)));
    return toContext(decision);
  }
}

/** An outcome of its own, since any caller can bring it about: it must not set off the alarm on `unavailable`. */
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
      // Held and pinned keys may go on verifying for a while, so no refusal need say it.
      onFetchFailed: (failure) =>
        logError('keys of an issuer not fetched', { operation: OPERATION }, failure),
    }),
  };
}

/** The SDK is loaded by the first API key, so that session JWTs never wait for it. */
function findApiKey(tableName: string): FindApiKey {
  let lookup: Promise<FindApiKey> | undefined;
  return async (secretHash) => {
    lookup ??= import('./access/find-api-key.ts').then(({ openApiKeyLookup }) => openApiKeyLookup(tableName));
    return (await lookup)(secretHash);
  };
}

export const handler = createAuthorizer(verifiersFrom(readAuthorizerEnv(process.env)));
