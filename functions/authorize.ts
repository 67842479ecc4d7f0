// The Lambda authorizer: lets every call through to its endpoint with a verdict on who calls.
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { type ApiKeyVerifier, apiKeyVerifier, type FindApiKey } from './auth/api-keys.ts';
import { readBearerToken } from './auth/bearer-token.ts';
import { type SessionJwtVerifier, sessionJwtVerifier } from './auth/session-jwt.ts';
import { toContext, type Verdict, type VerdictContext } from './auth/verdict.ts';
import { type AuthorizerSettings, readAuthorizerEnv } from './env.ts';
import { logError } from './http/log.ts';

type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'headers' | 'requestContext'>;
type AuthorizerResult = APIGatewaySimpleAuthorizerWithContextResult<VerdictContext>;

export interface Verifiers {
  readonly apiKey: ApiKeyVerifier;
  readonly sessionJwt: SessionJwtVerifier;
}

/** An HTTP API can't render our error envelope, so no call is turned away here: its endpoint refuses. */
export function createAuthorizer(verifiers: Verifiers) {
  return async ({ headers, requestContext }: AuthorizerEvent): Promise<AuthorizerResult> => ({
    isAuthorized: true,
    context: toContext(await judge(headers?.authorization, requestContext.requestId, verifiers)),
  });
}

async function judge(
  authorization: string | undefined,
  requestId: string,
  verifiers: Verifiers,
): Promise<Verdict> {
  const bearer = readBearerToken(authorization);
  try {
    switch (bearer.kind) {
      case 'api-key':
        return await verifiers.apiKey(bearer.token);
      case 'session-jwt':
        return await verifiers.sessionJwt(bearer.token);
      default:
        return { authn: bearer.kind };
    }
  } catch (error) {
    // Whatever went wrong, nothing is known of the caller; a 401 would log good users out.
    logError('credentials not checked', { requestId, operation: 'authorize' }, error);
    return { authn: 'unavailable' };
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
    lookup ??= import('./store/find-api-key.ts').then(({ openApiKeyLookup }) => openApiKeyLookup(tableName));
    return (await lookup)(secretHash);
  };
}

export const handler = createAuthorizer(verifiersFrom(readAuthorizerEnv(process.env)));
