// Checks a session JWT against a configuration, claim by claim, with the rules of the authorizer.
import { claimAt, claimChecks, scopesOf, sourceValue } from '../functions/access/claims.ts';
import type { RefusalReason } from '../functions/access/refusal-reasons.ts';
import type { SessionJwtVerifier } from '../functions/access/session-jwt.ts';
import { type Claims, decomposeUnverifiedJwt } from '../functions/access/unverified-jwt.ts';
import type { Principal } from '../functions/access/verdict.ts';
import type { ClaimName, ClaimSource, IssuerSettings } from '../functions/env.ts';
import { SCOPES } from './scopes.ts';
import { adviceOn, formOf, issuerAdvice } from './token-advice.ts';

export interface Finding {
  readonly about: string;
  readonly ok: boolean;
  /** The value in the token, safe to print. */
  readonly found: string;
  /** The remedy, when the value is wrong. */
  readonly advice?: string;
}

export interface TokenReport {
  readonly letIn: boolean;
  /** The reason that the authorizer would log, or that the token has no known scope. */
  readonly reason: RefusalReason | 'no_scope' | undefined;
  readonly findings: readonly Finding[];
  /** The caller in an accepted token. */
  readonly caller: Principal | undefined;
}

export async function checkToken(
  token: string,
  issuers: readonly IssuerSettings[],
  verify: SessionJwtVerifier,
): Promise<TokenReport> {
  const decision = await verify(token);
  const reason = decision.authn === 'ok' ? undefined : decision.reason;
  const jwt = decomposeUnverifiedJwt(token);
  if (jwt === undefined) {
    return refusedFor('malformed', [wrong('form', formOf(token), adviceOn('malformed'))]);
  }
  const { iss } = jwt.payload;
  const settings = issuers.find(({ issuer }) => issuer === iss);
  if (settings === undefined) {
    return refusedFor('unknown_issuer', [wrong('issuer', shown(iss), issuerAdvice(iss, issuers))]);
  }
  const cause = decision.authn === 'ok' ? undefined : decision.cause;
  const findings = [
    { about: 'issuer', ok: true, found: shown(iss) },
    signatureFinding(jwt.header, reason, cause),
    ...claimFindings(jwt.payload, settings),
    scopesFinding(jwt.payload, settings),
  ];
  if (decision.authn !== 'ok') {
    return refusedFor(decision.reason, findings);
  }
  const letIn = findings.every(({ ok }) => ok);
  return { letIn, reason: letIn ? undefined : 'no_scope', findings, caller: decision.principal };
}

function refusedFor(reason: RefusalReason, findings: readonly Finding[]): TokenReport {
  return { letIn: false, reason, findings, caller: undefined };
}

const CLAIM_REASONS: ReadonlySet<RefusalReason | undefined> = new Set([
  undefined,
  'expired',
  'no_expiry',
  'not_yet_valid',
  'issued_in_the_future',
  'wrong_audience',
  'bad_subject',
  'no_org',
  'bad_org',
  'no_workspace',
  'bad_workspace',
]);

/** Claims are checked only when the signature is valid. */
function signatureFinding({ alg, kid }: Claims, reason: RefusalReason | undefined, cause: unknown): Finding {
  const found = `alg ${shown(alg)}, kid ${shown(kid)}`;
  if (reason === undefined || CLAIM_REASONS.has(reason)) {
    return { about: 'signature', ok: true, found };
  }
  const said = cause instanceof Error ? `${cause.message}. ` : '';
  return wrong('signature', found, said + adviceOn(reason));
}

function claimFindings(payload: Claims, settings: IssuerSettings): Finding[] {
  return Object.entries(claimChecks).map(([name, check]) => {
    const about = name as keyof typeof claimChecks;
    const reason = check(payload, settings);
    const found = FOUND[about](payload, settings);
    return reason === undefined
      ? { about, ok: true, found }
      : wrong(about, found, adviceOn(reason, Object.keys(payload), settings));
  });
}

type Describe = (payload: Claims, settings: IssuerSettings) => string;

const FOUND: Readonly<Record<keyof typeof claimChecks, Describe>> = {
  exp: ({ exp }) => moment(exp),
  nbf: ({ nbf }) => moment(nbf),
  iat: ({ iat }) => moment(iat),
  audience: (payload, { audience, audienceClaim }) =>
    audience === null ? 'not looked at' : claimed(payload, audienceClaim),
  user: (payload, { claims }) => claimed(payload, claims.user),
  org: (payload, { claims }) => sourced(payload, claims.org),
  workspace: (payload, { claims }) => sourced(payload, claims.workspace),
};

function scopesFinding(payload: Claims, settings: IssuerSettings): Finding {
  const scopes = scopesOf(payload, settings);
  const useful = scopes.filter((scope) => Object.hasOwn(SCOPES, scope));
  const where = [settings.claims.scopes, settings.roles?.claim].filter(
    (name) => name !== null && name !== undefined,
  );
  const found = `${useful.join(' ') || 'none'}, from ${where.map((name) => claimed(payload, name)).join(' and ')}`;
  return useful.length > 0
    ? { about: 'scopes', ok: true, found }
    : wrong(
        'scopes',
        found,
        `It has none of ${Object.keys(SCOPES).join(', ')}, so every call would be answered with 403. Have the provider add them, or configure claims.scopes, scopePrefix or roles.`,
      );
}

function wrong(about: string, found: string, advice: string): Finding {
  return { about, ok: false, found, advice };
}

function claimed(payload: Claims, name: ClaimName): string {
  return `${typeof name === 'string' ? name : name.join(' > ')} = ${shown(claimAt(payload, name))}`;
}

function sourced(payload: Claims, source: ClaimSource): string {
  return typeof source === 'object' && 'value' in source
    ? `${shown(sourceValue(payload, source))}, as configured`
    : claimed(payload, source);
}

function moment(seconds: unknown): string {
  if (typeof seconds !== 'number') {
    return 'none';
  }
  const fromNow = Math.round(seconds - Date.now() / 1000);
  return `${new Date(seconds * 1000).toISOString()}, ${fromNow < 0 ? `${-fromNow} s ago` : `in ${fromNow} s`}`;
}

const SHOWN_MAX = 120;

/** Makes a value safe to print: a token may contain control characters. */
function shown(value: unknown): string {
  if (value === undefined) {
    return 'none';
  }
  const text = JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}… (${text.length} characters)` : text;
}
