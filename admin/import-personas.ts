// Creates the personas of a file of JSON lines. The whole file is checked before anything is written.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Table } from '../functions/dynamodb/table.ts';
import { type CreatedPersona, createPersona } from './create-persona.ts';
import { displayName, id } from './option-values.ts';
import { Refused } from './refused.ts';

const checked = (check: (value: string) => string) =>
  z.string().transform((value, context) => {
    try {
      return check(value);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) {
        throw error;
      }
      context.addIssue(error.message);
      return z.NEVER;
    }
  });

const LINE = z.strictObject({
  id: checked(id),
  name: checked(displayName),
  workspace: checked(id).optional(),
});

export type PersonaLine = z.infer<typeof LINE>;

/**
 * @param text lines such as `{"id":"psn_luna","name":"Luna","workspace":"ws_main"}`; empty lines are ignored
 * @throws Refused that names every wrong line, and two lines with one id
 */
export function readPersonaLines(text: string): PersonaLine[] {
  const personas: PersonaLine[] = [];
  const problems: string[] = [];
  const lineOfId = new Map<string, number>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') {
      continue;
    }
    const number = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      problems.push(`line ${number}: is not JSON: ${(error as Error).message}`);
      continue;
    }
    const result = LINE.safeParse(value);
    if (!result.success) {
      const messages = result.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'the line'}: ${message}`,
      );
      problems.push(`line ${number}: ${messages.join('; ')}`);
      continue;
    }
    const earlier = lineOfId.get(result.data.id);
    if (earlier !== undefined) {
      problems.push(`line ${number}: ${result.data.id} is in line ${earlier} already`);
    }
    lineOfId.set(result.data.id, number);
    personas.push(result.data);
  }
  if (problems.length > 0) {
    throw new Refused(
      `Nothing was written. Each line must be a JSON object with "id" and "name", and "workspace" for a persona of one workspace:\n  ${problems.join('\n  ')}`,
    );
  }
  if (personas.length === 0) {
    throw new Refused('The file has no lines. Each line is a persona: {"id":"psn_luna","name":"Luna"}');
  }
  return personas;
}

/**
 * One at a time, in the order of the file, so that a stopped import can be given again.
 * @throws Refused when a persona exists and is another one; those before it are created
 */
export async function importPersonas(
  table: Table,
  orgId: string,
  lines: readonly PersonaLine[],
): Promise<CreatedPersona[]> {
  const created: CreatedPersona[] = [];
  for (const { id: personaId, name, workspace: workspaceId } of lines) {
    try {
      created.push(await createPersona(table, { orgId, personaId, name, workspaceId }));
    } catch (error) {
      throw error instanceof Refused
        ? new Refused(`${error.message} ${created.length} of ${lines.length} lines were done before it.`)
        : error;
    }
  }
  return created;
}
