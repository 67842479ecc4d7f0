// The intent item of an opaque idempotency key: it stores which session the key names.
import { absent, any, compare } from '../dynamodb/condition.ts';
import type { Key } from '../dynamodb/item.ts';
import { number, text } from '../dynamodb/item.ts';
import type { Item, Table } from '../dynamodb/table.ts';
import { shardPartition } from '../personas/persona.ts';
import { IDEMPOTENCY_WINDOW_MS } from './idempotency-key.ts';

export interface Intent {
  readonly ulid: string;
  readonly shard: number;
  readonly startedAt: string;
  readonly payloadFingerprint: string;
}

export interface IntentAddress {
  readonly orgId: string;
  readonly personaId: string;
  readonly intentHash: string;
}

/** A partition for each intent, so that the intents of a popular persona don't share one. */
export function intentKey({ orgId, personaId, intentHash }: IntentAddress): Key {
  return { pk: `${shardPartition(orgId, personaId, 0)}#INTENT#${intentHash}`, sk: 'INTENT' };
}

/**
 * One write unit.
 * @returns the stored intent: the given one, or that of an earlier request.
 */
export async function claimIntent(
  table: Table,
  address: IntentAddress,
  intent: Intent,
  nowMs: number,
): Promise<Intent> {
  const expiresAt = Math.ceil((nowMs + IDEMPOTENCY_WINDOW_MS) / 1000);
  const put = await table.put(
    { ...intentKey(address), ...intent, expiresAt },
    any(absent('pk'), compare('expiresAt', '<=', Math.floor(nowMs / 1000))),
  );
  if (put.written) {
    return intent;
  }
  if (put.stored === undefined) {
    throw new Error('The intent item exists, but DynamoDB did not return it with the failed condition');
  }
  return parseIntent(put.stored);
}

/** @returns `undefined` when there is none, or it has expired. */
export async function getIntent(
  table: Table,
  address: IntentAddress,
  nowMs: number,
): Promise<Intent | undefined> {
  const item = await table.get(intentKey(address));
  return item !== undefined && number(item, 'expiresAt') * 1000 > nowMs ? parseIntent(item) : undefined;
}

function parseIntent(item: Item): Intent {
  return {
    ulid: text(item, 'ulid'),
    shard: number(item, 'shard'),
    startedAt: text(item, 'startedAt'),
    payloadFingerprint: text(item, 'payloadFingerprint'),
  };
}
