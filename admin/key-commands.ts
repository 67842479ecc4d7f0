// `key …`: the commands for API keys.
import { type Command, Option } from 'commander';
import { API_KEY_ENVIRONMENTS, type ApiKeyEnvironment } from '../functions/access/api-key.ts';
import type { Table } from '../functions/dynamodb/table.ts';
import { type Answer, columns } from './answer.ts';
import { issueApiKey } from './issue-api-key.ts';
import { type ListedApiKey, listApiKeys } from './list-api-keys.ts';
import { onTable } from './on-table.ts';
import { displayName, expiry, id, keyId, requestsPerMinute, scopes, userId } from './option-values.ts';
import { refuseUnknownOrg } from './org-presence.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { SCOPES, type Scope } from './scopes.ts';

interface IssueOptions {
  readonly org: string;
  readonly newOrg?: true;
  readonly workspace: string;
  readonly user: string;
  readonly scopes: readonly Scope[];
  readonly environment: ApiKeyEnvironment;
  readonly expires?: string;
  readonly requestsPerMinute?: number;
  readonly name?: string;
}

interface ListOptions {
  readonly org: string;
  readonly expiringWithin?: string;
}

interface RevokeOptions {
  readonly org: string;
  readonly keyId?: string;
  readonly all?: true;
  readonly yes?: true;
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('issue, list and revoke API keys');

  key
    .command('issue')
    .description('Issue an API key. It is printed once, alone on stdout, and stored nowhere.')
    .requiredOption('--org <id>', 'the org that it acts for', id)
    .option('--new-org', 'the org is new: this is its first key')
    .requiredOption('--workspace <id>', 'the workspace that it acts in', id)
    .requiredOption('--user <id>', 'the user who owns it, and the sessions that it starts', userId)
    .requiredOption('--scopes <list>', `what it may do, separated by commas: ${scopeHelp()}`, scopes)
    .addOption(
      new Option('--environment <name>', 'the prefix of the key: sk_live_… or sk_test_…')
        .choices(API_KEY_ENVIRONMENTS)
        .makeOptionMandatory(),
    )
    .option(
      '--expires <when>',
      'when it ends: a time (2030-12-31T23:59:59Z) or a duration (12h, 30d); default: never',
      (value) => expiry(value, Date.now()),
    )
    .option(
      '--requests-per-minute <number>',
      'how many requests it may make, when those are fewer than its org may (default: as many as the org)',
      requestsPerMinute,
    )
    .option('--name <name>', 'what it is for, shown by "key list"', displayName)
    .action((options: IssueOptions, command: Command) => onTable(command, (table) => issue(table, options)));

  key
    .command('list')
    .description("List an org's API keys, newest first. The keys themselves are known only to their holders.")
    .requiredOption('--org <id>', 'the org', id)
    .option(
      '--expiring-within <duration>',
      'only active keys that end within this time (12h, 30d), the first to end on top',
      (value) => expiry(value, Date.now()),
    )
    .action((options: ListOptions, command: Command) => onTable(command, (table) => list(table, options)));

  key
    .command('revoke')
    .description('Revoke an API key, or all keys of an org, for good. Revoking again changes nothing.')
    .requiredOption('--org <id>', 'the org that it acts for', id)
    .option('--key-id <id>', 'its id (key_…, not the key itself), see "key list"', keyId)
    .addOption(new Option('--all', 'all keys of the org; without --yes, says which').conflicts('keyId'))
    .option('--yes', 'revoke them')
    .action((options: RevokeOptions, command: Command) => {
      const { org, keyId, all, yes } = options;
      if (keyId === undefined && !all) {
        command.error('error: name the key by --key-id, or all keys of the org by --all.');
      }
      return onTable(command, (table) =>
        keyId === undefined ? revokeAll(table, org, yes) : revoke(table, { org, keyId }),
      );
    });
}

async function issue(table: Table, options: IssueOptions): Promise<Answer> {
  const { org, workspace, user, scopes, environment, expires, requestsPerMinute, name } = options;
  const isFirst = await refuseUnknownOrg(table, options, 'key');
  const { secretKey, entry } = await issueApiKey(table, {
    orgId: org,
    workspaceId: workspace,
    userId: user,
    scopes,
    environment,
    expiresOn: expires,
    requestsPerMinute,
    name,
  });
  const { secretHash: _, ...apiKey } = entry;
  return {
    json: { secretKey, apiKey },
    text: secretKey,
    remarks: [
      `Issued ${entry.keyId} to user ${user} in workspace ${workspace} of org ${org}: ${scopes.join(', ')}; ${expires === undefined ? 'no expiry' : `expires ${expires}`}${requestsPerMinute === undefined ? '' : `; ${requestsPerMinute} requests a minute`}.`,
      ...(isFirst ? [`It is the first key of ${org}.`] : []),
      'This is the only time the key is shown: it is not stored, so keep it now.',
    ],
  };
}

async function list(table: Table, { org, expiringWithin }: ListOptions): Promise<Answer> {
  const all = await listApiKeys(table, org);
  const apiKeys = expiringWithin === undefined ? all : endingBefore(expiringWithin, all);
  if (apiKeys.length > 0) {
    return { json: { apiKeys }, text: columns([HEADINGS, ...apiKeys.map(row)]) };
  }
  const remark =
    all.length === 0
      ? `Org ${org} has no API keys. "key issue" makes one.`
      : `No active key of org ${org} ends before ${expiringWithin}.`;
  return { json: { apiKeys }, text: '', remarks: [remark] };
}

/** @param time RFC 3339 in UTC, as the expiry of a key is, so that both compare as texts */
function endingBefore(time: string, keys: readonly ListedApiKey[]): ListedApiKey[] {
  return keys
    .filter(({ status, expiresOn }) => status === 'active' && expiresOn !== undefined && expiresOn <= time)
    .sort((a, b) => ((a.expiresOn ?? '') < (b.expiresOn ?? '') ? -1 : 1));
}

const HEADINGS = [
  'KEY ID',
  'KEY',
  'STATUS',
  'WORKSPACE',
  'USER',
  'SCOPES',
  'CREATED (UTC)',
  'EXPIRES (UTC)',
  'PER MINUTE',
  'NAME',
];

function row(key: ListedApiKey): readonly string[] {
  return [
    key.keyId,
    `sk_${key.environment}_…${key.hint}`,
    key.status,
    key.workspaceId,
    key.userId,
    key.scopes.join(','),
    minute(key.createdAt),
    key.expiresOn === undefined ? 'never' : minute(key.expiresOn),
    String(key.requestsPerMinute ?? ''),
    key.name ?? '',
  ];
}

function minute(timestamp: string): string {
  return timestamp.slice(0, 16).replace('T', ' ');
}

async function revokeAll(table: Table, org: string, yes?: true): Promise<Answer> {
  const keys = (await listApiKeys(table, org)).filter(({ status }) => status !== 'revoked');
  const keyIds = keys.map(({ keyId }) => keyId);
  if (!yes) {
    return {
      json: { wouldRevoke: keyIds },
      text: keys.length === 0 ? '' : columns([HEADINGS, ...keys.map(row)]),
      remarks: [
        `Nothing was changed: ${keys.length} keys of org ${org} would be revoked. Add --yes to do it.`,
      ],
    };
  }
  for (const keyId of keyIds) {
    await revokeApiKey(table, { orgId: org, keyId });
  }
  return {
    json: { revoked: keyIds },
    text: `Revoked ${keyIds.length} keys of org ${org}.`,
    remarks: keyIds.length === 0 ? [] : [WHEN_REFUSED],
  };
}

const WHEN_REFUSED =
  'Calls with a revoked key are refused within seconds: a key is remembered for as long as apiKeys.rememberSeconds says, 5 s by default.';

async function revoke(
  table: Table,
  { org, keyId }: { readonly org: string; readonly keyId: string },
): Promise<Answer> {
  const revoked = await revokeApiKey(table, { orgId: org, keyId });
  return revoked.alreadyRevoked
    ? { json: revoked, text: `${keyId} was revoked on ${revoked.revokedOn} already. Nothing was changed.` }
    : {
        json: revoked,
        text: `Revoked ${keyId}.`,
        remarks: [WHEN_REFUSED],
      };
}

function scopeHelp(): string {
  return Object.entries(SCOPES)
    .map(([scope, meaning]) => `${scope} (${meaning})`)
    .join(', ');
}
