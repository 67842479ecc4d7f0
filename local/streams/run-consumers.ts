// Runs the consumers of the table's stream, and logs their invocations and dead-letter records.
import type { Deployment } from '../assembly/deployment.ts';
import type { Database } from '../database/database.ts';
import type { LocalFunctions } from '../lambda/run-functions.ts';
import { openLineLog } from '../line-log.ts';
import type { LocalFolder } from '../local-folder.ts';
import { type FollowedTable, followTable } from './follow-table.ts';

export interface Consumers extends FollowedTable {
  /** The latest invocations, as lines of JSON. */
  invocations(): string[];
  /** The latest dead-letter records, as lines of JSON. */
  onFailureRecords(): string[];
}

export interface StreamOptions {
  /** The database whose writes make the stream. */
  database?: Database;
  /** The clock of the stream; the real one by default. */
  nowMs?: () => number;
}

export interface ConsumersOptions extends StreamOptions {
  folder: LocalFolder;
  functions: LocalFunctions;
}

/** @returns `undefined` when the stream has no consumers, or the database has no stream. */
export async function runConsumers(
  deployment: Deployment,
  { folder, database, functions, nowMs = Date.now }: ConsumersOptions,
): Promise<Consumers | undefined> {
  if (deployment.streamMappings.length === 0 || database?.followWrites === undefined) {
    return undefined;
  }
  const invocations = openLineLog(folder.streamsFile);
  const onFailureRecords = openLineLog(folder.onFailureFile);
  const followed = await followTable(deployment, database.followWrites, {
    named: functions.named,
    nowMs,
    appendInvocation: invocations.append,
    appendOnFailureRecord: onFailureRecords.append,
  });
  return {
    ...followed,
    invocations: invocations.latest,
    onFailureRecords: onFailureRecords.latest,
    async close() {
      await followed.close();
      await Promise.all([invocations.close(), onFailureRecords.close()]);
    },
  };
}

/** The resources of the assembly that do not run locally, for the output of `npm start`. */
export function notRunLocally(deployment: Deployment, consumers: Consumers | undefined): string[] {
  const unfed = consumers === undefined ? deployment.streamMappings : [];
  return [
    ...deployment.notRunLocally,
    ...unfed.map(
      ({ logicalId }) =>
        `${logicalId} (AWS::Lambda::EventSourceMapping), since this database has no stream here`,
    ),
  ];
}
