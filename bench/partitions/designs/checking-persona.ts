// Rejected: a transaction that puts the session and checks that the persona is still active.
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { Outage } from '../../../functions/aws/outage.ts';
import { personaKey, sessionPlaceAt } from '../../../functions/dynamodb/keys.ts';
import { ENDPOINT_LIMITS, type Table } from '../../../functions/dynamodb/table.ts';
import { puttingBy } from './putting-by.ts';

const WAIT_BASE_MS = 50;

/** The SDK does not send a cancelled transaction again, so its author must: as often as the SDK would, and with such waits. */
export function checkingPersona(table: Table): Table {
  return puttingBy(table, async (command) => {
    const transaction = transactionOf(command);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await table.client.send(transaction);
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) {
          throw error;
        }
        if (attempt === ENDPOINT_LIMITS.maxAttempts) {
          throw new Outage('Every attempt was cancelled', { cause: error });
        }
        await new Promise((done) => setTimeout(done, Math.random() * WAIT_BASE_MS * 2 ** (attempt - 1)));
      }
    }
  });
}

function transactionOf({ input }: PutCommand): TransactWriteCommand {
  const { TableName, Item = {}, ConditionExpression } = input;
  const { orgId, personaId } = sessionPlaceAt(Item) ?? {};
  return new TransactWriteCommand({
    TransactItems: [
      {
        ConditionCheck: {
          TableName,
          Key: personaKey(String(orgId), String(personaId)),
          ConditionExpression: '#status = :active',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':active': 'active' },
        },
      },
      { Put: { TableName, Item, ConditionExpression } },
    ],
  });
}
