// `table …`: the commands for the table itself.
import { type Command, InvalidArgumentError } from 'commander';
import type { Answer } from './answer.ts';
import { onTable } from './on-table.ts';
import { Misused } from './refused.ts';
import { prepareTable, type Restored, restoreTable } from './restore-table.ts';
import type { Target } from './target.ts';

interface RestoreOptions {
  readonly to: string;
  readonly at?: Date;
}

export function addTableCommands(program: Command): void {
  const table = program.command('table').description('restore the table');

  table
    .command('restore')
    .description(
      'Restore the table into a new one, as it was at a time, with the settings that a restore leaves out.',
    )
    .requiredOption('--to <name>', 'the name of the new table', tableName)
    .option(
      '--at <time>',
      'a time within the last 35 days, such as 2026-11-28T09:30:00Z (default: the latest possible)',
      pointInTime,
    )
    .action(({ to, at }: RestoreOptions, command: Command) =>
      onTable(command, (_table, _now, target) =>
        settingUp(target, (tell) =>
          restoreTable(target.client, { source: target.name, target: to, at }, tell),
        ),
      ),
    );

  table
    .command('prepare')
    .description('Give a table that was restored from a backup the settings that a restore leaves out.')
    .action((_options: unknown, command: Command) =>
      onTable(command, (_table, _now, target) =>
        settingUp(target, (tell) => prepareTable(target.client, target.name, tell)),
      ),
    );
}

async function settingUp(
  { local }: Target,
  setUp: (tell: (step: string) => void) => Promise<Restored>,
): Promise<Answer> {
  if (local !== undefined) {
    throw new Misused('The table of the local stack has no backups. Name a deployed table with --table.');
  }
  const restored = await setUp((step) => process.stderr.write(`… ${step}\n`));
  return {
    json: restored,
    text: restored.streamArn,
    remarks: [
      `The service uses ${restored.tableName} when its configuration holds "restoredTable": "${restored.streamArn}" and the stack is deployed.`,
    ],
  };
}

function tableName(value: string): string {
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(value)) {
    throw new InvalidArgumentError('A table’s name is 3 to 255 letters, digits, "_", "." and "-".');
  }
  return value;
}

function pointInTime(value: string): Date {
  const time = new Date(value);
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value) ||
    Number.isNaN(time.getTime())
  ) {
    throw new InvalidArgumentError('It must be a time with its zone, such as 2026-11-28T09:30:00Z.');
  }
  return time;
}
