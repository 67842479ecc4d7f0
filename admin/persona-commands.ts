// `persona …`: the commands for personas.
import type { Command } from 'commander';
import type { Persona } from '../functions/domain/persona.ts';
import type { Table } from '../functions/store/table.ts';
import { type Answer, columns } from './answer.ts';
import { createPersona } from './create-persona.ts';
import { onTable } from './on-table.ts';
import { displayName, id } from './option-values.ts';
import { findPersona, type PersonaDetails } from './persona-item.ts';
import { setPersonaStatus } from './set-persona-status.ts';

interface PersonaOptions {
  readonly org: string;
  readonly id: string;
}

interface CreateOptions extends PersonaOptions {
  readonly name: string;
  readonly workspace?: string;
}

export function addPersonaCommands(program: Command): void {
  const persona = program.command('persona').description('create, show, archive and restore personas');

  persona
    .command('create')
    .description('Create a persona. One that exists is left as it is, and refused unless it is the same.')
    .requiredOption('--org <id>', 'the org that owns it', id)
    .option('--workspace <id>', 'the only workspace that sees it (default: the whole org does)', id)
    .requiredOption('--id <id>', 'its id, by convention psn_…', id)
    .requiredOption('--name <name>', 'what its users see', displayName)
    .action((options: CreateOptions, command: Command) =>
      onTable(command, (table) => create(table, options)),
    );

  aboutOne(persona, 'show', 'Show a persona.', async (table, { org, id }) => {
    const details = await findPersona(table, org, id);
    return { json: { persona: details }, text: describe(details) };
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
}

function aboutOne(
  parent: Command,
  name: string,
  description: string,
  run: (table: Table, options: PersonaOptions) => Promise<Answer>,
): void {
  parent
    .command(name)
    .description(description)
    .requiredOption('--org <id>', 'the org that owns it', id)
    .requiredOption('--id <id>', 'its id', id)
    .action((options: PersonaOptions, command: Command) => onTable(command, (table) => run(table, options)));
}

async function create(table: Table, { org, workspace, id, name }: CreateOptions): Promise<Answer> {
  const { persona, alreadyExisted } = await createPersona(table, {
    orgId: org,
    personaId: id,
    name,
    ...(workspace === undefined ? {} : { workspaceId: workspace }),
  });
  return {
    json: { persona, alreadyExisted },
    text: alreadyExisted
      ? `Persona ${id} of org ${org} exists already, just so. Nothing was changed.`
      : `Created persona ${id} ("${name}") of ${workspace === undefined ? `the whole org ${org}` : `workspace ${workspace} in org ${org}`}.`,
  };
}

async function setStatus(
  table: Table,
  { org, id }: PersonaOptions,
  status: Persona['status'],
): Promise<Answer> {
  const { persona, changed } = await setPersonaStatus(table, { orgId: org, personaId: id, status });
  return {
    json: { persona, changed },
    text: changed
      ? `Persona ${id} of org ${org} is ${status} now.`
      : `Persona ${id} of org ${org} was ${status} already. Nothing was changed.`,
  };
}

function describe({
  personaId,
  orgId,
  workspaceId,
  name,
  status,
  createdAt,
  updatedAt,
}: PersonaDetails): string {
  return columns([
    ['id', personaId],
    ['org', orgId],
    ['workspace', workspaceId ?? '(the whole org)'],
    ['status', status],
    ['created', createdAt],
    ['updated', updatedAt],
    ['name', name],
  ]);
}
