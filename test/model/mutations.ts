// Bugs to plant between the functions and the table: a search that misses one of them proves nothing.
import type { Item } from '../../functions/dynamodb/table.ts';
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
