// One action of a soak after the other: each asks until it is answered, and holds the answer against the ledger.
import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../functions/sessions/session.ts';
import {
  deleteSession,
  endSession,
  getSession,
  listSessions,
  type Reply,
  recordTurn,
  sessionIn,
  start,
  untilAnswered,
  updateSession,
} from '../faults/caller.ts';
import type { Tenant } from '../faults/faulty-stack.ts';
import { uuidV4, uuidV7 } from '../faults/idempotency-keys.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import type { Ledger, Told } from './ledger.ts';

export interface Load {
  readonly url: string;
  readonly tenants: readonly Tenant[];
  readonly ledger: Ledger;
  readonly random: SeededRandom;
}

export const ACTIONS = ['start', 'read', 'list', 'turn', 'update', 'end', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/** Three times as many sessions are started as deleted, so that there is something to read. */
const SHARES: readonly [Action, share: number][] = [
  ['start', 0.3],
  ['read', 0.2],
  ['list', 0.05],
  ['turn', 0.2],
  ['update', 0.07],
  ['end', 0.08],
  ['delete', 0.1],
];

/** @returns what was done, and in how many attempts. */
export async function actOnce(load: Load): Promise<{ action: Action; attempts: number }> {
  const told = chooseSession(load);
  const action = told === undefined ? 'start' : chooseAction(load.random);
  return { action, attempts: await perform(load, action, told) };
}

function chooseAction(random: SeededRandom): Action {
  let point = random.next();
  for (const [action, share] of SHARES) {
    point -= share;
    if (point < 0) {
      return action;
    }
  }
  return 'start';
}

function chooseSession({ ledger, random }: Load): Told | undefined {
  return ledger.live.length === 0 ? undefined : random.pick(ledger.live);
}

function perform(load: Load, action: Action, told: Told | undefined): Promise<number> {
  if (told === undefined || action === 'start') {
    return startOne(load);
  }
  switch (action) {
    case 'read':
      return readOne(load, told);
    case 'list':
      return listOne(load);
    case 'turn':
      return changing(told, () => recordOne(load, told));
    case 'update':
      return changing(told, () => updateOne(load, told));
    case 'end':
      return changing(told, () => endOne(load, told));
    case 'delete':
      return changing(told, () => deleteOne(load, told));
  }
}

async function startOne({ url, tenants, ledger, random }: Load): Promise<number> {
  const key = random.pick([uuidV7, uuidV7, uuidV4, () => undefined])();
  const intent = ledger.newIntent(random.pick(tenants), key);
  const ask = () => start(url, intent.tenant, key, intent.title);
  if (key === undefined) {
    // Nobody can ask for the same again without a key.
    const reply = await ask().catch(() => undefined);
    if (reply?.status === 201) {
      ledger.hasStarted(intent, sessionIn(reply));
    }
    return 1;
  }
  const { reply, attempts } = await untilAnswered(ask);
  if (reply.status === 201) {
    ledger.hasStarted(intent, sessionIn(reply));
  } else {
    ledger.complain(`${intent.title} was answered ${reply.status}: ${reply.text}`);
  }
  return attempts;
}

async function readOne({ url, ledger }: Load, told: Told): Promise<number> {
  const wasBusy = told.busy;
  const should = told.deleted ? undefined : told.session;
  const { reply, attempts } = await untilAnswered(() =>
    getSession(url, told.intent.tenant, told.session.sessionId),
  );
  const hasChanged = wasBusy || told.busy || (told.deleted ? undefined : told.session) !== should;
  if (!hasChanged && !isAnsweredWith(reply, should)) {
    ledger.complain(
      `${told.intent.title} was read as ${reply.status} ${reply.text}, not as ${JSON.stringify(should)}`,
    );
  }
  return attempts;
}

function isAnsweredWith(reply: Reply, session: Session | undefined): boolean {
  return session === undefined
    ? reply.status === 404
    : reply.status === 200 && isDeepStrictEqual(sessionIn(reply), session);
}

async function listOne({ url, tenants, ledger, random }: Load): Promise<number> {
  const tenant = random.pick(tenants);
  const { reply, attempts } = await untilAnswered(() => listSessions(url, tenant, '?limit=100'));
  const { items } = JSON.parse(reply.text) as { items: Session[] };
  for (const { title, sessionId } of items) {
    const intent = ledger.told(sessionId)?.intent ?? ledger.intentNamed(title);
    if (intent?.tenant !== tenant) {
      ledger.complain(`${sessionId} (${title}) was listed for another tenant`);
    }
  }
  return attempts;
}

async function recordOne({ url, ledger, random }: Load, told: Told): Promise<number> {
  const { session, intent } = told;
  const turn = {
    turn: told.turns + 1,
    messages: random.below(4),
    inputTokens: random.below(5_000),
    outputTokens: random.below(2_000),
    costUsdMicros: random.below(90_000),
  };
  const { reply, attempts } = await untilAnswered(() =>
    recordTurn(url, intent.tenant, session.sessionId, turn),
  );
  if (reply.status !== (session.status === 'active' ? 200 : 409)) {
    ledger.complain(`Turn ${turn.turn} of ${intent.title} was answered ${reply.status}: ${reply.text}`);
  }
  if (reply.status !== 200) {
    return attempts;
  }
  const answer = JSON.parse(reply.text) as { session: Session; alreadyRecorded: boolean };
  const { lastActiveAt } = answer.session;
  const counted: Session = {
    ...session,
    messageCount: session.messageCount + turn.messages,
    inputTokens: session.inputTokens + turn.inputTokens,
    outputTokens: session.outputTokens + turn.outputTokens,
    costUsdMicros: session.costUsdMicros + turn.costUsdMicros,
    lastActiveAt,
  };
  if (!isDeepStrictEqual(answer.session, counted) || lastActiveAt < session.lastActiveAt) {
    ledger.complain(`Turn ${turn.turn} of ${intent.title} was counted as ${JSON.stringify(answer.session)}`);
  }
  if (answer.alreadyRecorded && attempts === 1) {
    ledger.complain(`Turn ${turn.turn} of ${intent.title} was told too late`);
  }
  told.turns = turn.turn;
  ledger.hasChanged(told, answer.session);
  return attempts;
}

async function updateOne({ url, ledger, random }: Load, told: Told): Promise<number> {
  const { session, intent, changesLeft } = told;
  const [changes] = changesLeft.splice(random.below(changesLeft.length), 1);
  if (changes === undefined) {
    return 0;
  }
  const { reply, attempts } = await untilAnswered(() =>
    updateSession(url, intent.tenant, session.sessionId, changes),
  );
  const { archived, ...fields } = changes;
  const changed: Session = {
    ...session,
    ...(fields as Partial<Session>),
    ...(archived && { status: 'archived' }),
  };
  if (!isAnsweredWith(reply, changed)) {
    ledger.complain(`A change of ${intent.title} was answered ${reply.status} ${reply.text}`);
  }
  ledger.hasChanged(told, changed);
  return attempts;
}

async function endOne({ url, ledger }: Load, told: Told): Promise<number> {
  const { reply, attempts } = await untilAnswered(() =>
    endSession(url, told.intent.tenant, told.session.sessionId),
  );
  if (reply.status !== 200) {
    ledger.complain(`The end of ${told.intent.title} was answered ${reply.status}: ${reply.text}`);
    return attempts;
  }
  const { session, alreadyEnded } = JSON.parse(reply.text) as { session: Session; alreadyEnded: boolean };
  // An archived session stays as it is.
  const wasEnded = told.session.status !== 'active';
  // After a lost answer, an attempt may find what the one before has done.
  if (wasEnded ? !alreadyEnded : alreadyEnded && attempts === 1) {
    ledger.complain(`The end of ${told.intent.title} was told ${wasEnded ? 'twice' : 'too late'}`);
  }
  if (wasEnded && !isDeepStrictEqual(session, told.session)) {
    ledger.complain(`${told.intent.title} has changed after its end`);
  }
  ledger.hasChanged(told, session);
  return attempts;
}

async function deleteOne({ url, ledger }: Load, told: Told): Promise<number> {
  const { reply, attempts } = await untilAnswered(() =>
    deleteSession(url, told.intent.tenant, told.session.sessionId),
  );
  if (reply.status !== 204 && !(reply.status === 404 && attempts > 1)) {
    ledger.complain(`The delete of ${told.intent.title} was answered ${reply.status}: ${reply.text}`);
  }
  ledger.hasDeleted(told);
  return attempts;
}

/** One change of a session at a time, so that its end is known. */
async function changing(told: Told, change: () => Promise<number>): Promise<number> {
  if (told.busy || told.deleted) {
    return 0;
  }
  told.busy = true;
  try {
    return await change();
  } finally {
    told.busy = false;
  }
}
