// `persona …`: the commands for personas.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Table } from '../functions/dynamodb/table.ts';
import type { PersonaStatus } from '../functions/personas/persona.ts';
import { SHARDS_MAX, shardCount } from '../functions/sessions/shards.ts';
import { type Answer, columns } from './answer.ts';
import { renamePersona, setPersonaStatus } from './change-persona.ts';
import { createPersona } from './create-persona.ts';
import { importPersonas, readPersonaLines } from './import-personas.ts';
import { listPersonas } from './list-personas.ts';
import { onTable } from './on-table.ts';
import { displayName, filled, id, shards } from './option-values.ts';
import { refuseUnknownOrg } from './org-presence.ts';
import { findPersona, type PersonaDetails } from './persona-item.ts';
import { Refused } from './refused.ts';
import { setPersonaShards } from './set-persona-shards.ts';

interface PersonaOptions {
  readonly org: string;
  readonly id: string;
}

interface CreateOptions extends PersonaOptions {
  readonly newOrg?: true;
  readonly name: string;
  readonly workspace?: string;
}

interface ImportOptions {
  readonly org: string;
  readonly newOrg?: true;
  readonly file: string;
}

export function addPersonaCommands(program: Command): void {
  const persona = program
    .command('persona')
    .description('create, import, list, show, rename, archive, restore and spread personas');

  persona
    .command('create')
    .description('Create a persona. One that exists is left as it is, and refused unless it is the same.')
    .requiredOption('--org <id>', 'the org that owns it', id)
    .option('--new-org', 'the org is new: this is its first persona')
    .option('--workspace <id>', 'the only workspace that sees it (default: the whole org does)', id)
    .requiredOption('--id <id>', 'its id, by convention psn_…', id)
    .requiredOption('--name <name>', 'what its users see', displayName)
    .action((options: CreateOptions, command: Command) =>
      onTable(command, (table) => create(table, options)),
    );

  persona
    .command('import')
    .description(
      'Create the personas of a file of JSON lines: {"id":"psn_luna","name":"Luna"}, and "workspace" for one of a workspace.',
    )
    .requiredOption('--org <id>', 'the org that owns them', id)
    .option('--new-org', 'the org is new: these are its first personas')
    .requiredOption('--file <name>', 'the file; - for standard input', filled)
    .action((options: ImportOptions, command: Command) =>
      onTable(command, (table) => importAll(table, options)),
    );

  persona
    .command('list')
    .description("List an org's personas, by id.")
    .requiredOption('--org <id>', 'the org', id)
    .action(({ org }: { org: string }, command: Command) =>
      onTable(command, (table, databaseNow) => list(table, org, databaseNow)),
    );

  aboutOne(persona, 'show', 'Show a persona.', async (table, { org, id }, databaseNow) => {
    const details = await findPersona(table, org, id);
    return { json: { persona: details }, text: describe(details, databaseNow()) };
  });
  aboutOne(
    persona,
    'archive',
    'Archive a persona: it takes no new sessions. Those it has stay as they are.',
    (table, options) => setStatus(table, options, 'archived'),
  );
  aboutOne(persona, 'restore', 'Make an archived persona active again.', (table, options) =>
    setStatus(table, options, 'active'),
  );
  persona
    .command('rename')
    .description('Give a persona another name. The titles of sessions that there are stay as they are.')
    .requiredOption('--org <id>', 'the org that owns it', id)
    .requiredOption('--id <id>', 'its id', id)
    .requiredOption('--name <name>', 'what its users see', displayName)
    .action((options: PersonaOptions & { readonly name: string }, command: Command) =>
      onTable(command, (table) => rename(table, options)),
    );
  persona
    .command('shards')
    .description('Spread the starts of a popular persona over so many write shards.')
    .requiredOption('--org <id>', 'the org that owns it', id)
    .requiredOption('--id <id>', 'its id', id)
    .requiredOption(
      '--count <number>',
      `how many, from 1 to ${SHARDS_MAX}; 1,000 starts a second each`,
      shards,
    )
    .action((options: PersonaOptions & { readonly count: number }, command: Command) =>
      onTable(command, (table, databaseNow) => setShards(table, options, databaseNow)),
    );
}

function aboutOne(
  parent: Command,
  name: string,
  description: string,
  run: (table: Table, options: PersonaOptions, databaseNow: () => Date) => Promise<Answer>,
): void {
  parent
    .command(name)
    .description(description)
    .requiredOption('--org <id>', 'the org that owns it', id)
    .requiredOption('--id <id>', 'its id', id)
    .action((options: PersonaOptions, command: Command) =>
      onTable(command, (table, databaseNow) => run(table, options, databaseNow)),
    );
}

async function create(table: Table, options: CreateOptions): Promise<Answer> {
  const { org, workspace, id, name } = options;
  const isFirst = await refuseUnknownOrg(table, options, 'persona');
  const { persona, alreadyExisted } = await createPersona(table, {
    orgId: org,
    personaId: id,
    name,
    workspaceId: workspace,
  });
  return {
    json: { persona, alreadyExisted },
    text: alreadyExisted
      ? `Persona ${id} of org ${org} exists already, just so. Nothing was changed.`
      : `Created persona ${id} ("${name}") of ${workspace === undefined ? `the whole org ${org}` : `workspace ${workspace} in org ${org}`}.`,
    remarks: isFirst ? [`It is the first persona of ${org}.`] : [],
  };
}

async function importAll(table: Table, options: ImportOptions): Promise<Answer> {
  const { org, file } = options;
  const lines = readPersonaLines(await readText(file));
  await refuseUnknownOrg(table, options, 'persona');
  const personas = await importPersonas(table, org, lines);
  const existed = personas.filter(({ alreadyExisted }) => alreadyExisted).length;
  return {
    json: { personas },
    text: `Created ${personas.length - existed} personas of org ${org}; ${existed} existed already, just so.`,
  };
}

/** @throws Refused when the file cannot be read */
async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refused(`The file of --file cannot be read: ${(error as Error).message}`);
  }
}

async function list(table: Table, org: string, databaseNow: () => Date): Promise<Answer> {
  const personas = await listPersonas(table, org);
  if (personas.length === 0) {
    const remark = `Org ${org} has no personas. "persona create" makes one.`;
    return { json: { personas }, text: '', remarks: [remark] };
  }
  const nowMs = databaseNow().getTime();
  const row = ({ personaId, status, workspaceId = '(org)', shardChanges = [], ...rest }: PersonaDetails) => [
    personaId,
    status,
    workspaceId,
    String(shardCount(shardChanges, nowMs)),
    rest.createdAt,
    rest.name,
  ];
  return { json: { personas }, text: columns([HEADINGS, ...personas.map(row)]) };
}

const HEADINGS = ['PERSONA ID', 'STATUS', 'WORKSPACE', 'SHARDS', 'CREATED (UTC)', 'NAME'];

async function rename(
  table: Table,
  { org, id, name }: PersonaOptions & { readonly name: string },
): Promise<Answer> {
  const { persona, changed } = await renamePersona(table, { orgId: org, personaId: id, name });
  return {
    json: { persona, changed },
    text: changed
      ? `Persona ${id} of org ${org} is called "${name}" now.`
      : `Persona ${id} of org ${org} was called "${name}" already. Nothing was changed.`,
    remarks: changed
      ? [
          'Sessions that are started after a moment have it in their default title: a persona is remembered for as long as personas.rememberSeconds says.',
        ]
      : [],
  };
}

async function setStatus(table: Table, { org, id }: PersonaOptions, status: PersonaStatus): Promise<Answer> {
  const { persona, changed } = await setPersonaStatus(table, { orgId: org, personaId: id, status });
  return {
    json: { persona, changed },
    text: changed
      ? `Persona ${id} of org ${org} is ${status} now.`
      : `Persona ${id} of org ${org} was ${status} already. Nothing was changed.`,
  };
}

async function setShards(
  table: Table,
  { org, id, count }: PersonaOptions & { readonly count: number },
  databaseNow: () => Date,
): Promise<Answer> {
  const { changed, previousCount } = await setPersonaShards(
    table,
    { orgId: org, personaId: id, count },
    databaseNow,
  );
  return {
    json: { shards: count, previousShards: previousCount, changed },
    text: changed
      ? `Persona ${id} of org ${org} takes starts in ${count} shards now (before: ${previousCount}). Starts whose ` +
        'Idempotency-Key is a UUIDv7 follow after a day, so that no key ever means two sessions.'
      : `Persona ${id} of org ${org} takes starts in ${count} shards already. Nothing was changed.`,
  };
}

function describe(persona: PersonaDetails, now: Date): string {
  const { shardChanges = [], personaId, orgId, workspaceId, name, status, createdAt, updatedAt } = persona;
  return columns([
    ['id', personaId],
    ['org', orgId],
    ['workspace', workspaceId ?? '(the whole org)'],
    ['status', status],
    ['shards', String(shardCount(shardChanges, now.getTime()))],
    ['created', createdAt],
    ['updated', updatedAt],
    ['name', name],
  ]);
}
