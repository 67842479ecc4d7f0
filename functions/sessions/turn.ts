// Records a turn of a session exactly once: adds to its counters, and updates its last activity.
import { absent, all, any, compare } from '../dynamodb/condition.ts';
import type { Table } from '../dynamodb/table.ts';
import type { Session, SessionAddress } from './session.ts';
import {
  isLive,
  isOpen,
  parseSessionItem,
  type StoredSession,
  sessionKey,
  sessionNow,
  type Tombstone,
} from './session-item.ts';

/** One exchange with the persona, as the chat engine counted it. */
export interface Turn {
  /** Numbered from 1, without a gap. */
  readonly turn: number;
  readonly messages: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of a US dollar. */
  readonly costUsdMicros: number;
}

export interface RecordTurn {
  readonly address: SessionAddress;
  readonly turn: Turn;
  readonly requestId: string;
  readonly nowMs: number;
  /** When the session expires if no other turn follows, in epoch seconds; `undefined` to keep it. */
  readonly expiresAt: number | undefined;
}

export type TurnOutcome =
  | { readonly outcome: 'recorded' | 'already_recorded'; readonly session: Session }
  | TurnRefusal;

export type TurnRefusal =
  | { readonly outcome: 'not_found' | 'deleted' | 'ended' | 'archived' }
  /** The turn was recorded with other figures. */
  | { readonly outcome: 'figures_differ' }
  | { readonly outcome: 'gap'; readonly nextTurn: number };

/**
 * One write unit for an item below 1 KB; a second one when this function's clock is behind that of the last turn. Only
 * the figures of the last turn are stored, so a repeated older turn is not compared with its own.
 */
export async function recordTurn(table: Table, record: RecordTurn): Promise<TurnOutcome> {
  const { address, turn, requestId, nowMs, expiresAt } = record;
  const now = new Date(nowMs).toISOString();
  const { turn: number, messages, ...counters } = turn;
  const update = await table.update(
    sessionKey(address),
    {
      set: {
        turn: number,
        turnFigures: figuresOf(turn),
        turnRequestId: requestId,
        lastActiveAt: now,
        expiresAt,
      },
      add: { messageCount: messages, ...counters },
      // Removes the expiry of an unused session.
      remove: expiresAt === undefined ? ['expiresAt'] : [],
    },
    all(
      isOpen(nowMs),
      number === 1 ? absent('turn') : compare('turn', '=', number - 1),
      any(absent('lastActiveAt'), compare('lastActiveAt', '<=', now)),
      compare('startedAt', '<=', now),
    ),
  );
  const item = update.written ? update.item : update.stored;
  const stored = item && parseSessionItem(item);
  if (update.written && stored !== undefined && stored.status !== 'deleted') {
    return { outcome: 'recorded', session: sessionNow(stored) };
  }
  const refused = refusal(stored, record);
  return 'retryAtMs' in refused ? recordTurn(table, { ...record, nowMs: refused.retryAtMs }) : refused;
}

/** @returns why the turn was not recorded, or the time to record with the next attempt, so that times never go back. */
function refusal(
  stored: StoredSession | Tombstone | undefined,
  { turn, requestId, nowMs }: RecordTurn,
): TurnOutcome | { readonly retryAtMs: number } {
  if (stored?.status === 'deleted') {
    return { outcome: 'deleted' };
  }
  if (stored === undefined || !isLive(stored, nowMs)) {
    return { outcome: 'not_found' };
  }
  const recorded = stored.turn ?? 0;
  if (turn.turn <= recorded) {
    if (turn.turn === recorded && stored.turnFigures !== figuresOf(turn)) {
      return { outcome: 'figures_differ' };
    }
    // The adapter may have sent this request's own update twice.
    const isOwn = turn.turn === recorded && stored.turnRequestId === requestId;
    return { outcome: isOwn ? 'recorded' : 'already_recorded', session: sessionNow(stored) };
  }
  if (stored.archived || stored.status === 'ended') {
    return { outcome: stored.archived ? 'archived' : 'ended' };
  }
  if (turn.turn > recorded + 1) {
    return { outcome: 'gap', nextTurn: recorded + 1 };
  }
  return {
    retryAtMs: Math.max(Date.parse(stored.startedAt), Date.parse(stored.lastActiveAt ?? stored.startedAt)),
  };
}

function figuresOf({ messages, inputTokens, outputTokens, costUsdMicros }: Turn): string {
  return [messages, inputTokens, outputTokens, costUsdMicros].join('/');
}
