// Holds the table against what the callers were told: nothing lost, nothing doubled, nothing foreign.
import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../functions/dynamodb/table.ts';
import { formatSessionId } from '../../functions/sessions/session.ts';
import { parseSessionItem, type StoredSession, sessionNow } from '../../functions/sessions/session-item.ts';
import type { FaultyStack } from '../faults/faulty-stack.ts';
import type { Ledger, Told } from './ledger.ts';

const TOMBSTONE_HOLDS = ['deleteRequestId', 'expiresAt', 'pk', 'sk', 'status'];
const INTENT_HOLDS = ['expiresAt', 'payloadFingerprint', 'pk', 'shard', 'sk', 'startedAt', 'ulid'];

export interface Comparison {
  readonly live: number;
  readonly tombstones: number;
  readonly intents: number;
  /** Of starts without a key whose answer was lost. */
  readonly unclaimed: number;
  readonly complaints: readonly string[];
}

export async function compareWithTable(
  stack: Pick<FaultyStack, 'items'>,
  ledger: Ledger,
): Promise<Comparison> {
  const sessions = await stack.items('#SESSION#');
  const intents = await stack.items('INTENT');
  const tombstones = sessions.filter(({ status }) => status === 'deleted');
  const live = sessions
    .filter(({ status }) => status !== 'deleted')
    .map((item) => parseSessionItem(item) as StoredSession);
  return {
    live: live.length,
    tombstones: tombstones.length,
    intents: intents.length,
    unclaimed: live.filter(({ address }) => ledger.told(formatSessionId(address)) === undefined).length,
    complaints: [
      ...lost(ledger, live),
      ...doubled(live),
      ...foreign(ledger, live),
      ...holdingMore(tombstones, TOMBSTONE_HOLDS, 'A tombstone'),
      ...holdingMore(intents, INTENT_HOLDS, 'An intent'),
    ],
  };
}

function lost(ledger: Ledger, live: readonly StoredSession[]): string[] {
  const byId = new Map(live.map((stored) => [formatSessionId(stored.address), stored]));
  return ledger.allTold.flatMap((told) => {
    const stored = byId.get(told.session.sessionId);
    if (told.deleted) {
      return stored === undefined ? [] : [`${nameOf(told)} was deleted and is there`];
    }
    if (stored === undefined) {
      return [`${nameOf(told)} was told and is not there`];
    }
    return isDeepStrictEqual(sessionNow(stored), told.session)
      ? []
      : [`${nameOf(told)} is not as it was told`];
  });
}

function doubled(live: readonly StoredSession[]): string[] {
  const times = Map.groupBy(live, ({ title }) => title);
  return [...times].flatMap(([title, sessions]) =>
    sessions.length > 1 ? [`${title} has ${sessions.length} sessions`] : [],
  );
}

/** A caller with a key asks until there is an answer, so only starts without one leave sessions that nobody was told of. */
function foreign(ledger: Ledger, live: readonly StoredSession[]): string[] {
  return live.flatMap(({ address, userId, title }) => {
    const id = formatSessionId(address);
    const intent = ledger.intentNamed(title);
    if (intent === undefined) {
      return [`${id} (${title}) was asked for by nobody`];
    }
    const { tenant } = intent;
    const isWhereItBelongs =
      address.orgId === tenant.orgId &&
      address.workspaceId === tenant.workspaceId &&
      address.personaId === tenant.personaId &&
      userId === tenant.userId;
    return [
      ...(isWhereItBelongs ? [] : [`${id} (${title}) lies with another tenant`]),
      ...(ledger.told(id) === undefined && intent.key !== undefined
        ? [`${id} (${title}) was told to nobody`]
        : []),
    ];
  });
}

function holdingMore(items: readonly Item[], allowed: readonly string[], what: string): string[] {
  const more = new Set(items.flatMap((item) => Object.keys(item).filter((name) => !allowed.includes(name))));
  return more.size === 0 ? [] : [`${what} holds more than it may: ${[...more].join(', ')}`];
}

function nameOf({ intent, session }: Told): string {
  return `${session.sessionId} (${intent.title})`;
}
