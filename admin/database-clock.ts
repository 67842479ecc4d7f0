// The time in the Date header of the database's answers, since an operator's own clock may be minutes off.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Refused } from './refused.ts';

/**
 * @returns a function that gives the time of the client's latest answer, in whole seconds. It throws Refused when that
 * answer had none.
 */
export function databaseClock(client: DynamoDBClient): () => Date {
  let latest: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      latest = dateOf(result.response);
      return result;
    },
    { step: 'deserialize', name: 'databaseClock' },
  );
  return () => {
    const now = new Date(latest ?? '');
    if (Number.isNaN(now.getTime())) {
      throw new Refused(
        `The database does not say what time it is: its answer has ${latest === undefined ? 'no Date header' : `the Date header "${latest}"`}. Nothing was changed; is there something between this machine and the database that removes headers?`,
      );
    }
    return now;
  };
}

/** The SDK gives names of headers in lower case. */
function dateOf(response: unknown): string | undefined {
  const { date } = Object(Object(response).headers);
  return typeof date === 'string' ? date : undefined;
}
