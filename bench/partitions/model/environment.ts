// Execution environments: each with the SDK's own retries and their quota, and its own memory of personas. One call at a time.
import { resolveRetryConfig, retryMiddleware } from '@smithy/core/retry';
import { ENDPOINT_LIMITS, openTable, type Table } from '../../../functions/dynamodb/table.ts';
import { type FindPersona, rememberPersonas } from '../../../functions/personas/persona.ts';
import type { PartitionedTable } from './partitioned-table.ts';
import { isCancelledBy, isThrottled } from './refusals.ts';

/** What one start asked of the table. */
export interface Requests {
  readonly sent: number;
  readonly throttled: number;
  /** Cancelled because of another transaction on the same item. */
  readonly conflicting: number;
}

export interface Environment {
  readonly table: Table;
  readonly findPersona: FindPersona;
  /** @returns what was asked of the table since it was last called. */
  readonly requestsSince: () => Requests;
}

/** As Lambda has them: whoever finds none idle gets a new one. */
export class Environments {
  opened = 0;
  readonly #partitions: PartitionedTable;
  readonly #personaRememberMs: number;
  readonly #now: () => number;
  readonly #idle: Environment[] = [];
  /** How often and when to send again is what the functions' own client says. */
  readonly #settings = openTable('Sessions', ENDPOINT_LIMITS).client.config;

  constructor(partitions: PartitionedTable, personaRememberMs: number, now: () => number) {
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
    const once = async (command: object) => {
      try {
        counted = { ...counted, sent: counted.sent + 1 };
        const answer = (await this.#partitions.carryOut(command)) as object;
        return { response: undefined, output: { $metadata: {}, ...answer } };
      } catch (error) {
        counted = withRefusal(counted, error);
        throw error;
      }
    };
    const { maxAttempts, retryMode } = this.#settings;
    const retrying = retryMiddleware(resolveRetryConfig({ maxAttempts, retryMode }));
    const send = async (command: object) =>
      (await retrying(() => once(command), {})({ input: {}, request: undefined })).output;
    return {
      table: { name: 'Sessions', client: { send } as unknown as Table['client'] },
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
