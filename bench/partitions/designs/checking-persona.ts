// Rejected: a transaction that puts the session and checks that the persona is still active.
import { setTimeout as sleep } from 'node:timers/promises';
import { Outage } from '../../../functions/aws/outage.ts';
import { compare } from '../../../functions/dynamodb/condition.ts';
import type { Item, Table } from '../../../functions/dynamodb/table.ts';
import { ENDPOINT_LIMITS } from '../../../functions/http/platform.ts';
import { personaKey } from '../../../functions/personas/persona.ts';
import { sessionAddressOf } from '../../../functions/sessions/session-item.ts';
import type { Check, TransactingTable } from '../model/partitioned-table.ts';
import { isCancelled } from '../model/refusals.ts';

const WAIT_BASE_MS = 50;

/** No client retries a cancelled transaction, so the application must: here as often, and with the same waits, as a client. */
export function checkingPersona(table: TransactingTable): Table {
  return {
    ...table,
    async put(item, condition) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await table.putChecking(item, condition, personaCheck(item));
        } catch (error) {
          if (!isCancelled(error)) {
            throw error;
          }
          if (attempt === ENDPOINT_LIMITS.maxAttempts) {
            throw new Outage('Every attempt was cancelled', { cause: error });
          }
          await sleep(Math.random() * WAIT_BASE_MS * 2 ** (attempt - 1));
        }
      }
    },
  };
}

function personaCheck(session: Item): Check {
  const { orgId = '', personaId = '' } = sessionAddressOf(session) ?? {};
  return { key: personaKey(orgId, personaId), condition: compare('status', '=', 'active') };
}
