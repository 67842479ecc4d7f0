// Starts the instant database in a process of its own, so that its work is not counted as the caller's.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';

/** For each operation, the answer's JSON by a part of the request that asks for it. */
export type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface InstantDatabase {
  readonly endpoint: string;
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
  return {
    endpoint: certificate === undefined ? `http://127.0.0.1:${port}` : `https://127.0.0.1:${port}`,
    stop: () => child.disconnect(),
  };
}
