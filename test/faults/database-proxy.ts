// Stands between the functions and DynamoDB: faults by script, and what each call consumed.
import { crc32 } from 'node:zlib';
import type { RefusalKind } from './fault.ts';
import type { Script } from './fault-script.ts';
import { type Answer, type FaultyProxy, type Received, startFaultyProxy } from './faulty-proxy.ts';

export interface DatabaseCall {
  /** `GetItem`, `PutItem`, … */
  readonly operation: string;
  /** The access key id that signed the call; in the local stack it names the function. */
  readonly caller: string;
  /** The sort key of the item that it is about; absent for queries and the like. */
  readonly sortKey: string | undefined;
}

export interface DatabaseProxyOptions {
  readonly upstream: string;
  readonly seed: number;
  readonly script?: Script<DatabaseCall>;
  /** Asks the database what each call consumes; `consumedBy` reads it. */
  readonly countCapacity?: boolean;
}

export type DatabaseProxy = FaultyProxy<DatabaseCall>;

export function startDatabaseProxy({
  upstream,
  seed,
  script,
  countCapacity = false,
}: DatabaseProxyOptions): Promise<DatabaseProxy> {
  return startFaultyProxy<DatabaseCall>(
    {
      upstream,
      describe,
      refuse,
      // The signature no longer fits the body then, which local engines don't check.
      ...(countCapacity ? { rewrite: askForCapacity } : {}),
    },
    { seed, ...(script === undefined ? {} : { script }) },
  );
}

/** @returns the units that a call consumed; `undefined` for a failed condition, of which nothing is reported. */
export function consumedBy({ body }: Answer): number | undefined {
  return parse(body)?.ConsumedCapacity?.CapacityUnits;
}

/** @returns how many items a query looked at. */
export function scannedBy({ body }: Answer): number {
  return parse(body)?.ScannedCount ?? 0;
}

function describe({ headers, body }: Received): DatabaseCall {
  const input = parse(body);
  return {
    operation: String(headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
    caller: /Credential=([^/]+)\//.exec(String(headers.authorization ?? ''))?.[1] ?? '',
    sortKey: (input?.Key ?? input?.Item)?.sk?.S,
  };
}

interface Message {
  readonly Key?: Keyed;
  readonly Item?: Keyed;
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
  readonly ScannedCount?: number;
}

interface Keyed {
  readonly sk?: { readonly S?: string };
}

function parse(body: Buffer): Message | undefined {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function askForCapacity({ body }: Received): Buffer {
  const input = parse(body);
  return input === undefined
    ? body
    : Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }));
}

/** As the service words it. */
const REFUSALS = {
  error: { status: 500, type: 'InternalServerError', message: 'Internal server error' },
  throttle: {
    status: 400,
    type: 'ThrottlingException',
    message: 'Throughput exceeds the current capacity of your table or index.',
  },
  'throughput-exceeded': {
    status: 400,
    type: 'ProvisionedThroughputExceededException',
    message:
      'The level of configured provisioned throughput for the table was exceeded. ' +
      'Consider increasing your provisioning level with the UpdateTable API.',
  },
} as const satisfies Record<RefusalKind, unknown>;

function refuse(kind: RefusalKind): Answer {
  const { status, type, message } = REFUSALS[kind];
  const body = Buffer.from(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }));
  return {
    status,
    rawHeaders: ['content-type', 'application/x-amz-json-1.0', 'x-amz-crc32', String(crc32(body))],
    body,
  };
}
