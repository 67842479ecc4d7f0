// The floor as a function: sends the same requests without an SDK, validation or middleware.
import type { DatabaseCall } from '../database/start-instant-dynamodb.ts';
import { handSigned } from './hand-signed.ts';

const env = process.env;
const send = handSigned({
  endpoint: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
  region: env.AWS_REGION ?? '',
  accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: env.AWS_SESSION_TOKEN ?? '',
});

export async function handler({ databaseCalls }: { databaseCalls: readonly DatabaseCall[] }) {
  let answer: unknown;
  for (const { operation, input } of databaseCalls) {
    answer = await send(operation, input);
  }
  return { statusCode: 200, body: JSON.stringify(answer) };
}
