// Verifies API keys: looked up by hash, and cached for a few seconds.

import { ShortMemory } from '../dynamodb/short-memory.ts';
import { type ApiKeyRecord, apiKeyState, hashApiKey, isMistypedApiKey } from './api-key.ts';
import { type Decision, refused } from './refusal-reasons.ts';

/** Limits the memory that many different valid keys can take. */
const REMEMBERED_MAX = 1_000;

export type FindApiKey = (secretHash: string) => Promise<ApiKeyRecord | undefined>;

export interface ApiKeyVerifierOptions {
  readonly find: FindApiKey;
  /** How long a key is cached, and so how long a revoked key may still work. Unknown keys are not cached: a new key works at once. */
  readonly rememberMs: number;
  readonly now?: () => number;
}

export type ApiKeyVerifier = (secretKey: string) => Promise<Decision>;

export function apiKeyVerifier({ find, rememberMs, now = Date.now }: ApiKeyVerifierOptions): ApiKeyVerifier {
  const memory = new ShortMemory<ApiKeyRecord>({ rememberMs, entriesMax: REMEMBERED_MAX, now });

  async function recordOf(secretHash: string): Promise<ApiKeyRecord | undefined> {
    const known = memory.recall(secretHash);
    if (known !== undefined) {
      return known;
    }
    const record = await find(secretHash);
    if (record !== undefined) {
      memory.remember(secretHash, record);
    }
    return record;
  }

  return async (secretKey) => {
    if (isMistypedApiKey(secretKey)) {
      return refused('mistyped_key');
    }
    const record = await recordOf(hashApiKey(secretKey));
    if (record === undefined) {
      return refused('unknown_key');
    }
    const state = apiKeyState(record, now());
    if (state !== 'active') {
      return refused(state);
    }
    const { orgId, workspaceId, userId, scopes, keyId, requestsPerMinute } = record;
    return {
      authn: 'ok',
      principal: {
        orgId,
        workspaceId,
        userId,
        scopes,
        credential: 'api_key',
        ...(requestsPerMinute === undefined ? {} : { keyLimit: { keyId, requestsPerMinute } }),
      },
    };
  };
}
