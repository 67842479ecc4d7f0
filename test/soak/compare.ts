// Holds the table against what the callers were told: nothing lost, nothing doubled, nothing foreign.
import { isDeepStrictEqual } from 'node:util';
import { sessionSortKeyPrefix, shardPartition } from '../../functions/dynamodb/keys.ts';
import { formatSessionId } from '../../functions/sessions/ids.ts';
import { type SessionItem, sessionNow } from '../../functions/sessions/session-item.ts';
import type { FaultyStack } from '../faults/faulty-stack.ts';
import type { Ledger, Told } from './ledger.ts';

const MARK_HOLDS = ['deleteRequestId', 'expiresAt', 'pk', 'sk', 'status'];
const INTENT_HOLDS = ['expiresAt', 'payloadFingerprint', 'pk', 'shard', 'sk', 'startedAt', 'ulid'];
const ULID_LENGTH = 26;

export interface Comparison {
  readonly live: number;
  readonly marks: number;
  readonly intents: number;
  /** Of starts without a key whose answer was lost. */
  readonly unclaimed: number;
  readonly complaints: readonly string[];
}

type Item = Record<string, unknown>;

export async function compareWithTable(
  stack: Pick<FaultyStack, 'items'>,
  ledger: Ledger,
): Promise<Comparison> {
  const sessions = await stack.items('#SESSION#');
  const intents = await stack.items('INTENT');
  const live = sessions.filter(({ status }) => status !== 'deleted');
  const marks = sessions.filter(({ status }) => status === 'deleted');
  return {
    live: live.length,
    marks: marks.length,
    intents: intents.length,
    unclaimed: live.filter((item) => ledger.told(idOf(item)) === undefined).length,
    complaints: [
      ...lost(ledger, live),
      ...doubled(live),
      ...foreign(ledger, live),
      ...holdingMore(marks, MARK_HOLDS, 'The mark of a deleted session'),
      ...holdingMore(intents, INTENT_HOLDS, 'An intent'),
    ],
  };
}

function lost(ledger: Ledger, live: readonly Item[]): string[] {
  const byId = new Map(live.map((item) => [idOf(item), item]));
  return ledger.allTold.flatMap((told) => {
    const item = byId.get(told.session.sessionId);
    if (told.deleted) {
      return item === undefined ? [] : [`${nameOf(told)} was deleted and is there`];
    }
    if (item === undefined) {
      return [`${nameOf(told)} was told and is not there`];
    }
    return isDeepStrictEqual(sessionOf(item), told.session) ? [] : [`${nameOf(told)} is not as it was told`];
  });
}

function doubled(live: readonly Item[]): string[] {
  const times = Map.groupBy(live, ({ title }) => title);
  return [...times].flatMap(([title, items]) =>
    items.length > 1 ? [`${title} has ${items.length} sessions`] : [],
  );
}

/** Whoever has a key asks until he is answered, so only starts without one leave sessions that nobody was told of. */
function foreign(ledger: Ledger, live: readonly Item[]): string[] {
  return live.flatMap((item) => {
    const intent = ledger.intentNamed(String(item.title));
    const id = idOf(item);
    if (intent === undefined) {
      return [`${id} (${item.title}) was asked for by nobody`];
    }
    const { orgId, workspaceId, personaId, userId } = intent.tenant;
    const isWhereItBelongs =
      item.pk === shardPartition(orgId, personaId, placeOf(item).shard) &&
      String(item.sk).startsWith(sessionSortKeyPrefix(workspaceId)) &&
      item.userId === userId;
    return [
      ...(isWhereItBelongs ? [] : [`${id} (${item.title}) lies with another tenant`]),
      ...(ledger.told(id) === undefined && intent.key !== undefined
        ? [`${id} (${item.title}) was told to nobody`]
        : []),
    ];
  });
}

function holdingMore(items: readonly Item[], allowed: readonly string[], what: string): string[] {
  const more = new Set(items.flatMap((item) => Object.keys(item).filter((name) => !allowed.includes(name))));
  return more.size === 0 ? [] : [`${what} holds more than it may: ${[...more].join(', ')}`];
}

function sessionOf(item: Item) {
  return sessionNow(placeOf(item), item as unknown as SessionItem);
}

function idOf(item: Item): string {
  return formatSessionId(placeOf(item));
}

/** What the keys of an item say. */
function placeOf({ pk, sk }: Item) {
  const [, orgId = '', , personaId = '', shard = '0'] = String(pk).split('#');
  const [, workspaceId = ''] = String(sk).split('#');
  return { orgId, personaId, workspaceId, shard: Number(shard), ulid: String(sk).slice(-ULID_LENGTH) };
}

function nameOf({ intent, session }: Told): string {
  return `${session.sessionId} (${intent.title})`;
}
