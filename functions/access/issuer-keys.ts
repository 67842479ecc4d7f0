// The signing keys of an issuer: fetched, cached, and replaced by pinned keys while the issuer can't be reached.
import {
  JwtInvalidSignatureAlgorithmError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import type { Jwks, JwksCache } from 'aws-jwt-verify/jwk';
import { FetchFailed, type FetchText, fetchJwks } from './fetch-jwks.ts';
import { readJwks } from './read-jwks.ts';

/** Keys older than this are fetched again before they are used. */
const FRESH_MS = 10 * 60_000;
/** Keys that cannot be refreshed are used up to this age. */
const USABLE_MS = 60 * 60_000;
/** No fetch for this long after a failed fetch or an unknown key id, so that callers cannot cause a flood of fetches. */
const FETCH_PAUSE_MS = 10_000;

type DecomposedJwt = Parameters<JwksCache['getJwk']>[1];
type Jwk = ReturnType<JwksCache['getCachedJwk']>;
type KeysById = ReadonlyMap<string, Jwk>;

/** The token could not be checked: the issuer may publish its key, but the keys cannot be fetched now. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly reason: 'issuer_unreachable' | 'key_fetch_paused';

  constructor(reason: KeysUnavailable['reason'], cause?: FetchFailed) {
    super('The keys of the session JWT issuer cannot be fetched now', { cause });
    this.reason = reason;
  }
}

export interface IssuerKeysOptions {
  /** Use the pinned keys only, and never fetch. */
  readonly pinnedOnly: boolean;
  readonly pinnedJwks: Jwks | undefined;
  readonly fetchText?: FetchText;
  /** Called for each failed fetch, even when cached keys can still verify. */
  readonly onFetchFailed?: (failure: FetchFailed) => void;
  readonly now?: () => number;
}

/** The keys of one issuer, as a cache for aws-jwt-verify. */
export class IssuerKeys implements JwksCache {
  readonly #fetchText: FetchText;
  readonly #onFetchFailed: (failure: FetchFailed) => void;
  readonly #pinnedOnly: boolean;
  readonly #pinned: KeysById;
  readonly #now: () => number;
  #published: { readonly keys: KeysById; readonly atMs: number } | undefined;
  #failure: FetchFailed | undefined;
  #fetching: Promise<void> | undefined;
  #nextFetchMs = 0;

  constructor(options: IssuerKeysOptions) {
    this.#fetchText = options.fetchText ?? fetchJwks;
    this.#onFetchFailed = options.onFetchFailed ?? (() => {});
    this.#pinnedOnly = options.pinnedOnly;
    this.#pinned = byId(options.pinnedJwks);
    this.#now = options.now ?? Date.now;
  }

  /** @throws KeysUnavailable when the key may exist, KidNotFoundInJwksError when the issuer does not publish it. */
  async getJwk(jwksUri: string, jwt: DecomposedJwt): Promise<Jwk> {
    const kid = keyId(jwt);
    const fetchedForIt = await this.#refresh(jwksUri, kid);
    const jwk = this.#usable(kid);
    if (jwk !== undefined) {
      requireFit(jwk, jwt.header.alg);
      return jwk;
    }
    if (this.#failure !== undefined) {
      throw new KeysUnavailable('issuer_unreachable', this.#failure);
    }
    if (fetchedForIt || this.#pinnedOnly) {
      throw unknownKeyId();
    }
    throw new KeysUnavailable('key_fetch_paused');
  }

  getCachedJwk(_jwksUri: string, jwt: DecomposedJwt): Jwk {
    const jwk = this.#usable(keyId(jwt));
    if (jwk === undefined) {
      throw unknownKeyId();
    }
    return jwk;
  }

  /** @throws FetchFailed */
  async getJwks(jwksUri: string): Promise<Jwks> {
    return readJwks(await this.#fetchText(jwksUri), jwksUri);
  }

  addJwks(_jwksUri: string, jwks: Jwks): void {
    this.#published = { keys: byId(jwks), atMs: this.#now() };
    this.#failure = undefined;
  }

  /** @returns whether the keys were fetched after this call began: only then is a missing key unknown to the issuer. */
  async #refresh(jwksUri: string, kid: string): Promise<boolean> {
    while (this.#mayFetch(kid)) {
      if (this.#fetching === undefined) {
        this.#fetching = this.#fetch(jwksUri, kid);
        await this.#fetching;
        return true;
      }
      await this.#fetching;
    }
    return false;
  }

  #mayFetch(kid: string): boolean {
    if (this.#pinnedOnly || this.#now() < this.#nextFetchMs) {
      return false;
    }
    return this.#ageMs() >= FRESH_MS || !this.#published?.keys.has(kid);
  }

  async #fetch(jwksUri: string, kid: string): Promise<void> {
    try {
      this.addJwks(jwksUri, await this.getJwks(jwksUri));
    } catch (error) {
      this.#failure =
        error instanceof FetchFailed ? error : new FetchFailed(`${jwksUri}: ${error}`, { cause: error });
      this.#onFetchFailed(this.#failure);
    }
    if (this.#failure !== undefined || !this.#published?.keys.has(kid)) {
      this.#nextFetchMs = this.#now() + FETCH_PAUSE_MS;
    }
    this.#fetching = undefined;
  }

  /** Pinned keys are used only while no published ones are available, so a key withdrawn by the issuer stays withdrawn. */
  #usable(kid: string): Jwk | undefined {
    const published = this.#ageMs() < USABLE_MS ? this.#published?.keys : undefined;
    const unreachable = this.#failure !== undefined && published === undefined;
    return published?.get(kid) ?? (this.#pinnedOnly || unreachable ? this.#pinned.get(kid) : undefined);
  }

  #ageMs(): number {
    return this.#published === undefined ? Number.POSITIVE_INFINITY : this.#now() - this.#published.atMs;
  }
}

function keyId({ header }: DecomposedJwt): string {
  if (!header.kid) {
    throw new JwtWithoutValidKidError('The session JWT does not name its key');
  }
  return header.kid;
}

/** A key without `alg` could otherwise be used with an algorithm of another key type, and Node would throw. */
function requireFit({ kty }: Jwk, algorithm = ''): void {
  const type = { RS: 'RSA', ES: 'EC', Ed: 'OKP' }[algorithm.slice(0, 2)];
  if (kty !== type) {
    throw new JwtInvalidSignatureAlgorithmError('The algorithm does not fit the key', algorithm, kty);
  }
}

function unknownKeyId(): KidNotFoundInJwksError {
  return new KidNotFoundInJwksError('The session JWT names a key that its issuer does not publish');
}

function byId(jwks: Jwks | undefined): KeysById {
  const keys = new Map<string, Jwk>();
  for (const jwk of jwks?.keys ?? []) {
    if (jwk.kid !== undefined && !keys.has(jwk.kid)) {
      // The library caches key objects by key id. With its content as the id, a key that replaces another one is not mistaken for it.
      keys.set(jwk.kid, { ...jwk, kid: JSON.stringify(jwk) });
    }
  }
  return keys;
}
