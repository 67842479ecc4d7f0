// The `lean` adapter of the table, deployed by default: signed JSON over HTTPS, without the clients of the AWS SDK.
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CallLimits, openJsonService, ServiceError } from '../aws/json-service.ts';
import type { BindTable, Item } from './table.ts';
import { bindVerbs, ConditionFailed, MARSHALL_OPTIONS, type Output } from './verbs.ts';

/** Region, credentials and endpoint come from the environment variables. */
export function openTable(name: string, limits: CallLimits): BindTable {
  const call = openJsonService({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    jsonVersion: '1.0',
    endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
    limits,
  });
  return bindVerbs(name, async (operation, input, signal) => {
    const marshalled = mapped(input, INPUT_ITEMS, (item) => marshall(item, MARSHALL_OPTIONS));
    try {
      const output = await call(operation, marshalled, signal);
      return mapped(output, OUTPUT_ITEMS, (item) => unmarshall(item)) as Output;
    } catch (error) {
      throw error instanceof ServiceError ? tableError(error) : error;
    }
  });
}

const INPUT_ITEMS = ['Key', 'Item', 'ExclusiveStartKey', 'ExpressionAttributeValues'];
const OUTPUT_ITEMS = ['Item', 'Attributes', 'Items', 'LastEvaluatedKey'];

type Values = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: as @aws-sdk/util-dynamodb types the attributes of an item.
type Attributes = Record<string, any>;

function mapped(values: object, names: readonly string[], map: (item: Attributes) => unknown): Values {
  const copy: Record<string, unknown> = { ...values };
  for (const name of names) {
    const value = copy[name];
    if (value !== undefined) {
      copy[name] = Array.isArray(value) ? value.map(map) : map(value as Attributes);
    }
  }
  return copy;
}

function tableError(error: ServiceError): Error {
  if (error.name !== 'ConditionalCheckFailedException') {
    return error;
  }
  const { Item } = error.answer as { Item?: Attributes };
  return new ConditionFailed(Item && (unmarshall(Item) as Item));
}
