// Runs a command on the table that its options name.
import type { Command } from 'commander';
import type { Table } from '../functions/dynamodb/table.ts';
import { type Answer, give } from './answer.ts';
import { explainFailure } from './explain-failure.ts';
import { deployedTarget, localTarget, type Target } from './target.ts';

interface TargetOptions {
  readonly local?: true;
  readonly table?: string;
  readonly region?: string;
}

/**
 * @param run called with the table, the database's time as of its latest answer, and the rest of the target; it returns no
 * answer when it has written one
 * @throws Refused with a message for the operator.
 */
export async function onTable(
  command: Command,
  run: (table: Table, databaseNow: () => Date, target: Target) => Promise<Answer | undefined>,
): Promise<void> {
  const target = await targetOf(command);
  try {
    const answer = await run(target.table, target.now, target);
    if (answer !== undefined) {
      give(command, answer);
    }
  } catch (error) {
    throw explainFailure(error, target);
  } finally {
    target.close();
  }
}

async function targetOf(command: Command): Promise<Target> {
  const { local, table = process.env.MOONBORN_TABLE, region } = command.optsWithGlobals<TargetOptions>();
  if (local) {
    return localTarget();
  }
  if (!table) {
    command.error(
      'error: no table was named. Use --local for the local stack, or --table <name> (the output TableName of the deployed stack; MOONBORN_TABLE does as well).',
    );
  }
  return deployedTarget(table, region, process.env);
}
