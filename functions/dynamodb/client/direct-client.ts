// The SDK's document client, whose calls take a straight way through it: what is the same for all is settled once.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CallDynamoDb, type OperationSchema, settleCalls } from './settle-calls.ts';

type Values = Record<string, unknown>;

interface DocumentCommand {
  readonly input: Values;
  readonly clientCommand: { readonly schema: OperationSchema };
}

export class DirectClient extends DynamoDBDocumentClient {
  readonly #call: Promise<CallDynamoDb>;

  /** @param customEndpoint the one that the client was given; without it, that of the region */
  constructor(client: DynamoDBClient, customEndpoint: string | undefined) {
    super(client);
    this.#call = settleCalls(client, customEndpoint);
    // Whoever calls is told.
    this.#call.catch(() => {});
  }

  /** For the commands whose items stand at the top: get, put, update, query. */
  override send = (async ({ input, clientCommand }: DocumentCommand, { abortSignal }: SendOptions = {}) => {
    const call = await this.#call;
    const asked = mapped(input, ITEMS_OF_INPUT, (item) => marshall(item));
    const output = await call(clientCommand.schema, asked, abortSignal);
    return mapped(output, ITEMS_OF_OUTPUT, (item) => unmarshall(item as Parameters<typeof unmarshall>[0]));
  }) as unknown as DynamoDBDocumentClient['send'];
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

const ITEMS_OF_INPUT = ['ExclusiveStartKey', 'ExpressionAttributeValues', 'Item', 'Key'];
const ITEMS_OF_OUTPUT = ['Attributes', 'Item', 'Items', 'LastEvaluatedKey'];

function mapped(values: Values, names: readonly string[], map: (item: unknown) => unknown): Values {
  const copy = { ...values };
  for (const name of names) {
    const value = copy[name];
    if (value !== undefined) {
      copy[name] = Array.isArray(value) ? value.map(map) : map(value);
    }
  }
  return copy;
}
