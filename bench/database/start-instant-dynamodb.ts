// Starts the instant database in a separate process, so that its CPU time is not counted as the caller's.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';

/** For each operation, the JSON of each answer by the part of a request that selects it. */
export type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One request to DynamoDB, as JSON of the DynamoDB API. */
export interface DatabaseCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface InstantDatabase {
  readonly endpoint: string;
  /** @returns the requests that it gets while the function runs, in order. */
  requestsOf(act: () => Promise<unknown>): Promise<DatabaseCall[]>;
  stop(): void;
}

/** @param certificate absent for plain HTTP */
export async function startInstantDynamoDb(
  folder: string,
  answers: Answers,
  certificate?: Certificate,
): Promise<InstantDatabase> {
  const answersFile = join(folder, 'answers.json');
  writeFileSync(answersFile, JSON.stringify(answers));
  const files = certificate === undefined ? [] : [certificate.keyFile, certificate.certificateFile];
  const child = fork(join(import.meta.dirname, 'instant-dynamodb.ts'), [answersFile, ...files]);
  const [port] = (await once(child, 'message')) as [number];
  const order = async (name: 'record' | 'report'): Promise<DatabaseCall[]> => {
    child.send(name);
    const [recorded] = await once(child, 'message');
    return recorded;
  };
  return {
    endpoint: certificate === undefined ? `http://127.0.0.1:${port}` : `https://127.0.0.1:${port}`,
    async requestsOf(act) {
      await order('record');
      await act();
      return order('report');
    },
    stop: () => child.disconnect(),
  };
}
