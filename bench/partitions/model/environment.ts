// Execution environments: each handles one call at a time, with its own client, retry quota and cache of personas.
import { openRetries } from '../../../functions/aws/json-service.ts';
import { ENDPOINT_LIMITS } from '../../../functions/http/platform.ts';
import { type FindPersona, rememberPersonas } from '../../../functions/personas/persona.ts';
import { tableThrough } from '../../../test/memory-table.ts';
import type { PartitionedTable, TransactingTable } from './partitioned-table.ts';
import { isCancelledBy, isThrottled } from './refusals.ts';

/** The requests of one start to the table. */
export interface Requests {
  readonly sent: number;
  readonly throttled: number;
  /** Cancelled because of another transaction on the same item. */
  readonly conflicting: number;
}

export interface Environment {
  readonly table: TransactingTable;
  readonly findPersona: FindPersona;
  /** @returns the requests to the table since the last call of this function. */
  readonly requestsSince: () => Requests;
}

/** Scaled as on Lambda: a call without an idle environment opens a new one. */
export class Environments {
  opened = 0;
  readonly #partitions: Pick<PartitionedTable, 'carryOut' | 'putChecking'>;
  readonly #personaRememberMs: number;
  readonly #now: () => number;
  readonly #idle: Environment[] = [];

  constructor(
    partitions: Pick<PartitionedTable, 'carryOut' | 'putChecking'>,
    personaRememberMs: number,
    now: () => number,
  ) {
    this.#partitions = partitions;
    this.#personaRememberMs = personaRememberMs;
    this.#now = now;
  }

  async use<T>(call: (environment: Environment) => Promise<T>): Promise<T> {
    const environment = this.#idle.pop() ?? this.#open();
    try {
      return await call(environment);
    } finally {
      this.#idle.push(environment);
    }
  }

  #open(): Environment {
    this.opened += 1;
    let counted = NONE;
    const once = async <T>(request: () => Promise<T>): Promise<T> => {
      counted = { ...counted, sent: counted.sent + 1 };
      try {
        return await request();
      } catch (error) {
        counted = withRefusal(counted, error);
        throw error;
      }
    };
    // Retries are those of the functions' own client.
    const sendAgain = openRetries('dynamodb', ENDPOINT_LIMITS.maxAttempts);
    const send = <T>(request: () => Promise<T>) => sendAgain(() => once(request), undefined);
    return {
      table: {
        ...tableThrough((call) => send(() => this.#partitions.carryOut(call))),
        putChecking: (...args) => send(() => this.#partitions.putChecking(...args)),
      },
      findPersona: rememberPersonas(this.#personaRememberMs, this.#now),
      requestsSince: () => {
        const since = counted;
        counted = NONE;
        return since;
      },
    };
  }
}

const NONE: Requests = { sent: 0, throttled: 0, conflicting: 0 };

function withRefusal(counted: Requests, error: unknown): Requests {
  return {
    ...counted,
    throttled: counted.throttled + (isThrottled(error) ? 1 : 0),
    conflicting: counted.conflicting + (isCancelledBy(error, 'TransactionConflict') ? 1 : 0),
  };
}
