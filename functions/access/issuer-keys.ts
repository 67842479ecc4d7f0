// The issuer's signing keys: fetched, aged, and replaced by pinned ones when the issuer can't be reached.
import { JwtInvalidIssuerError, JwtWithoutValidKidError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https';
import { findJwkInJwks, type Jwks, type JwksCache, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { Outage } from '../aws/outage.ts';

/** From then on the keys are fetched again before they are used. */
const FRESH_MS = 10 * 60_000;
/** How long keys that could not be refreshed go on verifying. */
const USABLE_MS = 60 * 60_000;
/** After a failed fetch or an unknown key id nothing is fetched for so long, whoever asks. */
const FETCH_PAUSE_MS = 10_000;
/** The fetcher tries twice, and the authorizer must answer well within the gateway's 10 s. */
const FETCH_TIMEOUT_MS = 1_500;

type DecomposedJwt = Parameters<JwksCache['getJwk']>[1];
type Jwk = ReturnType<JwksCache['getCachedJwk']>;

export interface IssuerKeysOptions {
  readonly issuer: string;
  /** Never fetch: the pinned keys are all there are. */
  readonly pinnedOnly: boolean;
  readonly pinnedJwks: Jwks | undefined;
  readonly fetcher?: Fetcher;
  readonly now?: () => number;
}

/** One issuer's keys, in the form that aws-jwt-verify asks for them. */
export class IssuerKeys implements JwksCache {
  readonly #issuer: string;
  readonly #remote: SimpleJwksCache;
  readonly #pinnedOnly: boolean;
  readonly #pinned: Jwks | undefined;
  readonly #now: () => number;
  #fetched: { readonly jwks: Jwks; readonly atMs: number } | undefined;
  #fetchFailed = false;
  #nextFetchMs = 0;

  constructor({ issuer, pinnedOnly, pinnedJwks, fetcher, now = Date.now }: IssuerKeysOptions) {
    this.#issuer = issuer;
    this.#pinnedOnly = pinnedOnly;
    this.#pinned = pinnedJwks;
    this.#now = now;
    this.#remote = new SimpleJwksCache({
      fetcher:
        fetcher ??
        new SimpleFetcher({
          defaultRequestOptions: { timeout: FETCH_TIMEOUT_MS, responseTimeout: FETCH_TIMEOUT_MS },
        }),
    });
  }

  async getJwk(jwksUri: string, jwt: DecomposedJwt): Promise<Jwk> {
    requireIssuer(jwt, this.#issuer);
    const kid = keyId(jwt);
    if (this.#mayFetch(kid)) {
      await this.#fetch(jwksUri, kid);
    }
    const jwk = this.#usable(kid);
    if (jwk !== undefined) {
      return jwk;
    }
    if (this.#fetchFailed) {
      throw new Outage('The keys of the session JWT issuer cannot be fetched');
    }
    throw new KidNotFoundInJwksError('The session JWT names a key that its issuer does not publish');
  }

  getCachedJwk(_jwksUri: string, jwt: DecomposedJwt): Jwk {
    const jwk = this.#usable(keyId(jwt));
    if (jwk === undefined) {
      throw new KidNotFoundInJwksError('The session JWT names a key that is not held');
    }
    return jwk;
  }

  getJwks(jwksUri: string): Promise<Jwks> {
    return this.#remote.getJwks(jwksUri);
  }

  addJwks(_jwksUri: string, jwks: Jwks): void {
    this.#fetched = { jwks, atMs: this.#now() };
  }

  #mayFetch(kid: string): boolean {
    if (this.#pinnedOnly || this.#now() < this.#nextFetchMs) {
      return false;
    }
    return this.#ageMs() >= FRESH_MS || find(this.#fetched?.jwks, kid) === undefined;
  }

  async #fetch(jwksUri: string, kid: string): Promise<void> {
    try {
      const jwks = await this.#remote.getJwks(jwksUri);
      this.#fetched = { jwks, atMs: this.#now() };
      this.#fetchFailed = false;
      if (find(jwks, kid) === undefined) {
        this.#nextFetchMs = this.#now() + FETCH_PAUSE_MS;
      }
    } catch {
      this.#fetchFailed = true;
      this.#nextFetchMs = this.#now() + FETCH_PAUSE_MS;
    }
  }

  /** Pinned keys serve only where no published ones can be had, so a key withdrawn by the issuer stays withdrawn. */
  #usable(kid: string): Jwk | undefined {
    const published = this.#ageMs() < USABLE_MS ? this.#fetched?.jwks : undefined;
    const unreachable = this.#fetchFailed && published === undefined;
    return find(published, kid) ?? find(this.#pinnedOnly || unreachable ? this.#pinned : undefined, kid);
  }

  #ageMs(): number {
    return this.#fetched === undefined ? Number.POSITIVE_INFINITY : this.#now() - this.#fetched.atMs;
  }
}

/** The library compares it only later, and until then would keep key objects for every issuer that a token makes up. */
function requireIssuer({ payload }: DecomposedJwt, issuer: string): void {
  if (payload.iss !== issuer) {
    throw new JwtInvalidIssuerError('The session JWT is of another issuer', payload.iss, issuer);
  }
}

function keyId(jwt: DecomposedJwt): string {
  if (typeof jwt.header.kid !== 'string') {
    throw new JwtWithoutValidKidError('The session JWT does not name its key');
  }
  return jwt.header.kid;
}

function find(jwks: Jwks | undefined, kid: string): Jwk | undefined {
  const jwk = jwks && findJwkInJwks(jwks, kid);
  // The library keeps key objects by key id: named by its content, a key that replaces another under one id is a new one.
  return jwk && { ...jwk, kid: JSON.stringify(jwk) };
}
