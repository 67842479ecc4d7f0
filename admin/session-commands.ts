// `session …`: the commands of support for sessions.
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Item, Table } from '../functions/dynamodb/table.ts';
import { deleteSession } from '../functions/sessions/delete.ts';
import { endSession } from '../functions/sessions/end.ts';
import { expiresAt } from '../functions/sessions/expiry.ts';
import {
  type NamedAddress,
  parseSessionId,
  SESSION_STATUSES,
  type Session,
  type SessionAddress,
  type SessionStatus,
} from '../functions/sessions/session.ts';
import { liveSession, sessionKey, sessionNow } from '../functions/sessions/session-item.ts';
import { updateSession } from '../functions/sessions/update.ts';
import { type Answer, columns, give } from './answer.ts';
import { configOption, configOptions, stageOption } from './config-options.ts';
import { listForSupport } from './list-sessions.ts';
import { onTable } from './on-table.ts';
import { aboveZero, id, userId } from './option-values.ts';
import { Refused } from './refused.ts';
import { requestId, requestQueries } from './request-queries.ts';

interface WorkspaceOptions {
  readonly org: string;
  readonly workspace: string;
}

interface SessionOptions extends WorkspaceOptions {
  readonly id: NamedAddress;
}

interface ShowOptions extends Partial<SessionOptions> {
  readonly requestId?: string;
  readonly stage?: string;
}

interface ListOptions extends WorkspaceOptions {
  readonly persona?: string;
  readonly user?: string;
  readonly status?: SessionStatus;
  readonly limit: number;
}

/** What a command does to a session that is there. */
interface Subject {
  readonly table: Table;
  readonly address: SessionAddress;
  readonly name: string;
  readonly session: Session;
  readonly item: Item;
  /** The database's. */
  readonly nowMs: number;
}

const LIMIT = 20;

export function addSessionCommands(program: Command): void {
  const session = program.command('session').description('show, list, end, delete and archive sessions');

  session
    .command('show')
    .description('Show a session, or how to find in the logs what became of a request.')
    .option('--org <id>', 'the org', id)
    .option('--workspace <id>', 'the workspace', id)
    .option('--id <id>', 'the session (chs_…)', sessionId)
    .addOption(
      new Option('--request-id <id>', "instead of these: a customer's x-request-id")
        .argParser(requestId)
        .conflicts(['org', 'workspace', 'id']),
    )
    .addOption(stageOption())
    .action((options: ShowOptions, command: Command) => show(options, command));

  session
    .command('list')
    .description('List the sessions of a persona or a user, newest first; all but the archived.')
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--workspace <id>', 'the workspace', id)
    .option('--persona <id>', 'the persona', id)
    .option('--user <id>', 'the user; the table needs the index of sessions by user', userId)
    .addOption(new Option('--status <status>', 'only these').choices(SESSION_STATUSES))
    .option('--limit <number>', 'how many at most', aboveZero, LIMIT)
    .action((options: ListOptions, command: Command) => {
      if (options.persona === undefined && options.user === undefined) {
        command.error('error: whose sessions? Use --persona <id>, --user <id> or both.');
      }
      return onTable(command, (table, databaseNow) => list(table, options, databaseNow));
    });

  const end = aboutOne(session, 'end', 'End a session: it takes no more turns.', endOne);
  end.addOption(configOption()).addOption(stageOption());
  aboutOne(session, 'delete', 'Delete a session, for good.', deleteOne);
  aboutOne(session, 'archive', 'Archive a session: it takes no turns, and lists leave it out.', (subject) =>
    setArchived(subject, true),
  );
  aboutOne(session, 'restore', 'Make an archived session again what it was.', (subject) =>
    setArchived(subject, false),
  );
}

function aboutOne(
  parent: Command,
  name: string,
  description: string,
  run: (subject: Subject, command: Command) => Promise<Answer>,
): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--workspace <id>', 'the workspace', id)
    .requiredOption('--id <id>', 'the session (chs_…)', sessionId)
    .action((options: SessionOptions, command: Command) =>
      onTable(command, async (table, databaseNow) =>
        run(await findSubject(table, options, databaseNow), command),
      ),
    );
}

/** @throws Refused when there is no such session. */
async function findSubject(
  table: Table,
  { org, workspace, id: named }: SessionOptions,
  databaseNow: () => Date,
): Promise<Subject> {
  const address = { orgId: org, workspaceId: workspace, ...named };
  const item = await table.get(sessionKey(address));
  const nowMs = databaseNow().getTime();
  const stored = liveSession(item, nowMs);
  if (item === undefined || stored === undefined) {
    throw new Refused(
      `There is no such session in workspace ${workspace} of org ${org}: it never was, was deleted, or has expired. Check --id, --workspace and --org.`,
    );
  }
  const session = sessionNow(stored);
  return { table, address, name: session.sessionId, session, item, nowMs };
}

async function show({ org, workspace, id, requestId, stage }: ShowOptions, command: Command): Promise<void> {
  if (requestId !== undefined) {
    const { json, text } = requestQueries(requestId, stage, Date.now());
    return give(command, { json, text });
  }
  if (org === undefined || workspace === undefined || id === undefined) {
    return command.error('error: which session? Use --org, --workspace and --id, or --request-id alone.');
  }
  return onTable(command, async (table, databaseNow) => {
    const { session, item } = await findSubject(table, { org, workspace, id }, databaseNow);
    const { startRequestId, turnRequestId, endRequestId } = item;
    const requests = { startRequestId, turnRequestId, endRequestId };
    return {
      json: { session, requests },
      text: columns(
        Object.entries({ ...session, metadata: undefined, ...requests })
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([name, value]) => [name, String(value)]),
      ),
    };
  });
}

async function list(table: Table, options: ListOptions, databaseNow: () => Date): Promise<Answer> {
  const { sessions, isMore } = await listForSupport(table, options, databaseNow);
  const remarks = [
    ...(sessions.length === 0 ? ['There are no such sessions.'] : []),
    ...(isMore ? [`There are more: raise --limit (${options.limit}).`] : []),
  ];
  return {
    json: { sessions, isMore },
    text: sessions.length === 0 ? '' : columns([HEADINGS, ...sessions.map(row)]),
    remarks,
  };
}

const HEADINGS = ['SESSION ID', 'STATUS', 'USER', 'MESSAGES', 'STARTED (UTC)', 'LAST ACTIVE (UTC)', 'TITLE'];

function row({ sessionId, status, userId, messageCount, startedAt, lastActiveAt, title }: Session): string[] {
  return [sessionId, status, userId, String(messageCount), startedAt, lastActiveAt, title];
}

async function endOne({ table, address, name, session, nowMs }: Subject, command: Command): Promise<Answer> {
  if (session.status === 'archived') {
    throw new Refused(`Session ${name} is archived. Nothing was changed; use "session restore" first.`);
  }
  if (session.status === 'ended') {
    return endedAlready(session);
  }
  // The configuration loads the CDK, for which no other command should wait.
  const { readStageConfig } = await import('./stage-config.ts');
  const { endedDays } = readStageConfig(configOptions(command)).expiry;
  // The database tells whole seconds, and activity never goes back.
  const endedMs = Math.max(nowMs, Date.parse(session.lastActiveAt));
  const ended = await endSession(table, {
    address,
    requestId: ownRequestId(),
    nowMs: endedMs,
    expiresAt: expiresAt(endedMs, endedDays ?? undefined),
  });
  if (ended.outcome === 'not_found') {
    throw goneMeanwhile(name);
  }
  if (ended.outcome === 'already_ended') {
    return endedAlready(ended.session);
  }
  return {
    json: { session: ended.session, alreadyEnded: false },
    text: `Ended session ${name}${endedDays === null ? '' : `; it is removed in ${endedDays} days`}.`,
  };
}

function endedAlready(session: Session): Answer {
  return {
    json: { session, alreadyEnded: true },
    text: `Session ${session.sessionId} was ended on ${session.endedAt} already. Nothing was changed.`,
  };
}

async function deleteOne({ table, address, name, nowMs }: Subject): Promise<Answer> {
  const { outcome } = await deleteSession(table, { address, requestId: ownRequestId(), nowMs });
  if (outcome === 'not_found') {
    throw goneMeanwhile(name);
  }
  return { json: { sessionId: name, deleted: true }, text: `Deleted session ${name}.` };
}

async function setArchived({ table, address, name, nowMs }: Subject, archived: boolean): Promise<Answer> {
  const updated = await updateSession(table, address, { archived }, nowMs);
  if (updated.outcome === 'not_found') {
    throw goneMeanwhile(name);
  }
  const { session } = updated;
  return { json: { session }, text: `Session ${name} is ${session.status} now.` };
}

function goneMeanwhile(name: string): Refused {
  return new Refused(`Session ${name} was deleted or expired meanwhile. Nothing was changed.`);
}

/** By which a write that is sent again is recognised, and an operator's change told from a caller's. */
function ownRequestId(): string {
  return `admin-${randomUUID()}`;
}

function sessionId(value: string): NamedAddress {
  const named = parseSessionId(value);
  if (named === undefined) {
    throw new InvalidArgumentError('It must be the id of a session, as in chs_<26 characters>_<persona>.');
  }
  return named;
}
