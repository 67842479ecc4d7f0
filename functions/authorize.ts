// The Lambda authorizer: lets every call through to its endpoint with a verdict on who calls.
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { type ApiKeyVerifier, apiKeyVerifier, type FindApiKey } from './access/api-keys.ts';
import { type BearerToken, readBearerToken } from './access/bearer-token.ts';
import { type SessionJwtVerifier, sessionJwtVerifier } from './access/session-jwt.ts';
import { toContext, type Verdict, type VerdictContext } from './access/verdict.ts';
import { type AuthorizerSettings, readAuthorizerEnv } from './env.ts';
import { type LogFields, logDebug, logError, logInfo } from './observability/log.ts';
import { countColdStart, durationMetric } from './observability/metrics.ts';

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
      context: await judge(headers?.authorization, requestContext.requestId, verifiers),
    };
  };
}

/** Never throws: the gateway would answer a failed authorizer with a 500 of its own. */
async function judge(
  authorization: string | undefined,
  requestId: string,
  verifiers: Verifiers,
): Promise<VerdictContext> {
  const startedAtMs = performance.now();
  const fields = (outcome: Verdict['authn']) => fieldsOf(requestId, outcome, startedAtMs);
  try {
    const verdict = await verdictOn(readBearerToken(authorization), verifiers);
    const context = toContext(verdict);
    if (verdict.authn === 'ok') {
      logDebug('judged', () => fields('ok'));
    } else {
      logInfo('judged', fields(verdict.authn));
    }
    return context;
  } catch (error) {
    // Whatever went wrong, nothing is known of the caller; a 401 would log good users out.
    logError('credentials not checked', fields('unavailable'), error);
    return toContext({ authn: 'unavailable' });
  }
}

function fieldsOf(requestId: string, outcome: Verdict['authn'], startedAtMs: number): LogFields {
  const durationMs = Math.round((performance.now() - startedAtMs) * 100) / 100;
  return { requestId, operation: OPERATION, outcome, durationMs, ...durationMetric() };
}

async function verdictOn(bearer: BearerToken, verifiers: Verifiers): Promise<Verdict> {
  switch (bearer.kind) {
    case 'api-key':
      return verifiers.apiKey(bearer.token);
    case 'session-jwt':
      return verifiers.sessionJwt(bearer.token);
    default:
      return { authn: bearer.kind };
  }
}

function verifiersFrom(settings: AuthorizerSettings): Verifiers {
  return {
    apiKey: apiKeyVerifier({ find: findApiKey(settings.tableName), rememberMs: settings.apiKeyRememberMs }),
    sessionJwt:
      settings.sessionJwt === undefined
        ? async () => ({ authn: 'invalid' })
        : sessionJwtVerifier(settings.sessionJwt),
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
