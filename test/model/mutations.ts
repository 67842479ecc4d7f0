// Bugs to plant between the functions and the table: a search that misses one of them proves nothing.
import type { Condition } from '../../functions/dynamodb/condition.ts';
import type { Change, Item } from '../../functions/dynamodb/table.ts';
import type { TableCall } from '../memory-table.ts';
import type { Mutation } from './faulty-network.ts';
import type { Caller } from './race.ts';

const isSession = ({ status }: Item) => status === 'active';
const isTombstone = ({ status }: Item) => status === 'deleted';
const isIntent = ({ sk }: Item) => sk === 'INTENT';

export const putSessionUnconditionally = puttingUnconditionally(isSession);
export const claimIntentUnconditionally = puttingUnconditionally(isIntent);
export const deleteUnconditionally = puttingUnconditionally(isTombstone);

export const endUnconditionally: Mutation = (call) =>
  call.verb === 'update' ? { verb: 'update', args: [call.args[0], call.args[1]] } : call;

/** No request knows its own write again. */
export const leaveTokenOut = puttingWith(isSession, { startRequestId: 'nobody' });

/** The payload that the key came with first is not kept. */
export const forgetPayload = puttingWith((item) => isSession(item) || isIntent(item), {
  payloadFingerprint: 'any',
});

/** TTL removes the tombstone at once, and nothing is left that a late retry could run into. */
export const leaveNoTombstone = puttingWith(isTombstone, { expiresAt: 0 });

export const recordAnyTurn = updatingWithout(recordsTurn, ['turn']);
export const recordInAnyState = updatingWithout(recordsTurn, ['status', 'archived']);
export const recordAtAnyTime = updatingWithout(recordsTurn, ['lastActiveAt', 'startedAt']);
export const forgetFigures = updatingWith(recordsTurn, { turnFigures: 'any' });
export const leaveTurnTokenOut = updatingWith(recordsTurn, { turnRequestId: 'nobody' });

export const changeUnconditionally = updatingWithout(changesFields, ['pk', 'status', 'expiresAt']);

/** Where the replay of the start looks for what it was answered. */
export const overwriteTitle: Mutation = (call) =>
  updates(call, changesFields)
    ? {
        verb: 'update',
        args: [
          call.args[0],
          { ...call.args[1], set: { title: call.args[1].set?.changedTitle } },
          call.args[2],
        ],
      }
    : call;

/** Every request takes every other one's write for its own. */
export function withOneToken(caller: Caller): Caller {
  return { ...caller, ask: (table, { nowMs }) => caller.ask(table, { nowMs, requestId: 'any' }) };
}

function puttingUnconditionally(test: (item: Item) => boolean): Mutation {
  return (call) => (puts(call, test) ? { verb: 'put', args: [call.args[0]] } : call);
}

function puttingWith(test: (item: Item) => boolean, changes: Readonly<Record<string, unknown>>): Mutation {
  return (call) =>
    puts(call, test) ? { verb: 'put', args: [{ ...call.args[0], ...changes }, call.args[1]] } : call;
}

function puts(call: TableCall, test: (item: Item) => boolean): call is TableCall & { readonly verb: 'put' } {
  return call.verb === 'put' && test(call.args[0]);
}

function recordsTurn({ set }: Change): boolean {
  return set?.turn !== undefined;
}

function changesFields({ set = {}, remove = [] }: Change): boolean {
  return 'changedTitle' in set || remove.includes('archived');
}

function updatingWith(test: (change: Change) => boolean, set: Readonly<Record<string, unknown>>): Mutation {
  return (call) =>
    updates(call, test)
      ? {
          verb: 'update',
          args: [call.args[0], { ...call.args[1], set: { ...call.args[1].set, ...set } }, call.args[2]],
        }
      : call;
}

function updatingWithout(test: (change: Change) => boolean, attributes: readonly string[]): Mutation {
  return (call) =>
    updates(call, test)
      ? { verb: 'update', args: [call.args[0], call.args[1], without(call.args[2], attributes)] }
      : call;
}

/** @returns what the condition asks of other attributes. */
function without(condition: Condition | undefined, attributes: readonly string[]): Condition | undefined {
  if (condition === undefined || 'attribute' in condition) {
    return condition && attributes.includes(condition.attribute) ? undefined : condition;
  }
  const conditions = condition.conditions.flatMap((part) => without(part, attributes) ?? []);
  return conditions.length === 0 ? undefined : { kind: condition.kind, conditions };
}

function updates(
  call: TableCall,
  test: (change: Change) => boolean,
): call is TableCall & { readonly verb: 'update' } {
  return call.verb === 'update' && test(call.args[1]);
}
