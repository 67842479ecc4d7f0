// `user …`: the commands for everything that the table holds about one user.
import { once } from 'node:events';
import type { Command } from 'commander';
import { type Answer, columns } from './answer.ts';
import { ask, operatorsTerminal } from './ask.ts';
import { onTable } from './on-table.ts';
import { aboveZero, id, userId } from './option-values.ts';
import type { Target } from './target.ts';
import { eraseUser } from './user/erase-user.ts';
import { exportUser } from './user/export-user.ts';
import { tellProgress } from './user/progress.ts';
import type { Pace } from './user/read-paced.ts';
import { describeScan, describeTable } from './user/scan-cost.ts';
import type { User } from './user/user.ts';
import { WHAT_REMAINS } from './user/what-remains.ts';

interface UserOptions {
  readonly org: string;
  readonly user: string;
  readonly workspace?: string;
  readonly scan?: true;
  readonly readUnitsPerSecond: number;
  readonly yes?: true;
  readonly json?: true;
}

interface EraseOptions extends UserOptions {
  readonly dryRun?: true;
}

/** A sixth of what one partition takes, which is what a scan reads at a time. */
const READ_UNITS_PER_SECOND = 500;

export function addUserCommands(program: Command): void {
  const user = program.command('user').description('export and erase everything that is held about a user');

  aboutUser(
    user,
    'export',
    'Write everything that is held about a user as JSON lines: sessions and API keys, without secrets.',
  )
    .option('--yes', 'read the whole table without asking')
    .action((_: UserOptions, command: Command) => {
      const options = command.optsWithGlobals<UserOptions>();
      return onTable(command, (_table, _now, target) => exportAll(target, options));
    });

  aboutUser(
    user,
    'erase',
    'Remove the sessions and API keys of a user. Without --yes it only says what it would remove.',
  )
    .option('--dry-run', 'only say what would be removed, also with --yes')
    .option('--yes', 'remove it, and read the whole table without asking')
    .action((_: EraseOptions, command: Command) => {
      const options = command.optsWithGlobals<EraseOptions>();
      return onTable(command, (_table, _now, target) => erase(target, options));
    });
}

function aboutUser(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--user <id>', 'the user', userId)
    .option(
      '--workspace <id>',
      'only in this workspace: by the index of sessions by user, where the table has one (default: all, by a scan)',
      id,
    )
    .option('--scan', 'read the whole table, also where the index could answer')
    .option(
      '--read-units-per-second <number>',
      'how fast the table is read at most',
      aboveZero,
      READ_UNITS_PER_SECOND,
    );
}

async function exportAll(target: Target, options: UserOptions): Promise<undefined> {
  const user = userOf(options);
  const how = await chooseHow(target, options, 'add --yes.');
  const { sessions, apiKeys } = await exportUser(target, user, how, paceOf(options), writeLine);
  if (options.json === undefined) {
    process.stderr.write(
      `Exported ${sessions} sessions and ${apiKeys} API keys of ${user.userId} in ${place(user)}.\n`,
    );
  }
}

async function erase(target: Target, options: EraseOptions): Promise<Answer> {
  const user = userOf(options);
  const how = await chooseHow(
    target,
    options,
    'add --dry-run --yes to be told what would be removed, or --yes to remove it.',
  );
  const dryRun = options.yes === undefined || options.dryRun === true;
  const { sessions, apiKeys } = await eraseUser(target, user, how, paceOf(options), {
    dryRun,
    now: target.now,
  });
  return {
    json: {
      dryRun,
      ...user,
      [dryRun ? 'wouldRemove' : 'removed']: { sessions, apiKeys },
      remains: WHAT_REMAINS,
    },
    text: [
      `${dryRun ? 'Would remove' : 'Removed'} of ${user.userId} in ${place(user)}:`,
      columns([
        ['sessions', String(sessions)],
        ['API keys', [String(apiKeys.length), ...apiKeys].join(' ')],
      ]),
      '',
      `${dryRun ? 'Would remain' : 'Remains'}:`,
      ...WHAT_REMAINS.map((what) => `- ${what}`),
    ].join('\n'),
    remarks: [
      dryRun
        ? 'Nothing was removed. Add --yes, without --dry-run, to do it.'
        : 'A session that the user started meanwhile may be left. Close the account at the identity provider, then give the command again: it should find nothing.',
    ],
  };
}

/** The index needs the workspace, and holds only sessions from the time at which it was switched on. */
async function chooseHow(target: Target, options: UserOptions, inScripts: string): Promise<'index' | 'scan'> {
  const facts = await describeTable(target.client, target.name);
  if (options.workspace !== undefined && facts.hasUserIndex && !options.scan) {
    say(
      options,
      'Sessions are found by the index of sessions by user. Those from before "sessionsByUser" was switched on are not in it: add --scan to find them too.',
    );
    return 'index';
  }
  const cost = describeScan(facts, options.readUnitsPerSecond);
  if (options.yes) {
    say(options, cost);
  } else {
    await ask(`${cost} Go on?`, inScripts, operatorsTerminal());
  }
  return 'scan';
}

function say({ json }: UserOptions, remark: string): void {
  process.stderr.write(json ? `${JSON.stringify({ remark })}\n` : `${remark}\n`);
}

function paceOf({ readUnitsPerSecond, json }: UserOptions): Pace {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  return { readUnitsPerSecond, onPage: tellProgress({ asJson: json === true, write }) };
}

function userOf({ org, user, workspace }: UserOptions): User {
  return { orgId: org, userId: user, workspaceId: workspace };
}

function place({ orgId, workspaceId }: User): string {
  return workspaceId === undefined ? `org ${orgId}` : `workspace ${workspaceId} of org ${orgId}`;
}

/** No faster than it is read. */
async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) {
    await once(process.stdout, 'drain');
  }
}
