// The remedies for a session JWT that would be refused.
import type { RefusalReason } from '../functions/access/refusal-reasons.ts';
import type { IssuerSettings } from '../functions/env.ts';

const ID_FORM = 'It must be 1 to 64 letters, digits, "_" and "-".';

/** For the refusal reasons of a JWT. */
const ADVICE: Readonly<Partial<Record<RefusalReason, string>>> = {
  malformed:
    'Send the access token (of some providers the ID token) as the provider issued it: a signed JWT of three parts, with texts for iss, alg and kid, and numbers for exp, nbf and iat.',
  no_key_id:
    'The header must name its key (kid). Have the provider publish its keys with ids and sign with one of them.',
  unknown_key_id:
    'The issuer does not publish this key. Check jwksUri: it must be what the discovery document of the provider names as jwks_uri. The key may also have been withdrawn.',
  wrong_algorithm:
    'Have the provider sign with RS256, RS384, RS512, ES256, ES384, ES512 or EdDSA, and with a key of that type. PS256, HS256 and none cannot be verified.',
  critical_header: 'The token demands an extension (crit). None is supported.',
  bad_signature:
    'The token was changed or cut short on its way, or was signed with another key. Copy it again; if it stays so, check jwksUri or the pinned key.',
  issuer_unreachable:
    'Check jwksUri, and that the authorizer can reach it. Callers would be answered with 503.',
  key_fetch_paused: 'Try again in ten seconds.',
  unusable_key: 'The issuer publishes a damaged key under this id. Callers would be answered with 503.',
  expired: 'Get a new token.',
  no_expiry: 'The token has no exp. Have the provider add one: tokens that are good for ever are refused.',
  not_yet_valid: 'The token is not valid yet. Check the clock of the issuer, or raise clockToleranceSeconds.',
  issued_in_the_future: 'The clock of the issuer is ahead. Correct it, or raise clockToleranceSeconds.',
  bad_subject: 'The user must be 1 to 255 printable ASCII characters. Name another claim in claims.user.',
  bad_org: `${ID_FORM} Name another claim in claims.org, or configure { "value": "…" }.`,
  bad_workspace: `${ID_FORM} Name another claim in claims.workspace, or configure { "value": "…" }.`,
};

/**
 * @param claimNames the claims of the token
 * @param settings those of its issuer
 */
export function adviceOn(
  reason: RefusalReason,
  claimNames: readonly string[] = [],
  settings?: IssuerSettings,
): string {
  switch (reason) {
    case 'wrong_audience':
      return `It must be one of ${settings?.audience?.join(', ')}. Ask the provider for a token for this audience, add it to audience, or name another claim in audienceClaim.${namesOf(claimNames)}`;
    case 'no_org':
    case 'no_workspace': {
      const field = reason === 'no_org' ? 'org' : 'workspace';
      return `Have the provider add the claim, name another in claims.${field}, or configure one for all: "${field}": { "value": "…" }.${namesOf(claimNames)}`;
    }
    default:
      return ADVICE[reason] ?? `The authorizer refuses it: ${reason}.`;
  }
}

export function issuerAdvice(iss: unknown, issuers: readonly IssuerSettings[]): string {
  const configured = issuers.map(({ issuer }) => issuer);
  const sameButForTheSlash = configured.find(
    (issuer) => typeof iss === 'string' && issuer.replace(/\/$/, '') === iss.replace(/\/$/, ''),
  );
  return sameButForTheSlash === undefined
    ? `Configured are: ${configured.join(', ')}. Add this issuer to sessionJwt, or get a token from one of these.`
    : `Configured is ${sameButForTheSlash}: they differ by the slash at the end. Write issuer as the token has it.`;
}

/** Describes a text that is not a JWT. */
export function formOf(token: string): string {
  const parts = token.split('.').length;
  if (/^[sp]k_/.test(token)) {
    return 'an API key, not a JWT';
  }
  if (parts === 5) {
    return 'five parts: an encrypted token (JWE), which only the provider can read. Name the API as audience when you ask for the token';
  }
  return parts === 3
    ? 'three parts, but not a JWT'
    : `${parts} ${parts === 1 ? 'part' : 'parts'}: an opaque token, which only the provider can read`;
}

function namesOf(claimNames: readonly string[]): string {
  const names = claimNames.map((name) => JSON.stringify(name).replace(/[^\x20-\x7e]/g, '?'));
  return ` The token has: ${names.join(', ')}.`;
}
