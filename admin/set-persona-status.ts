// Archives a persona, so that it takes no new sessions, and makes it active again.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptWrite } from '../functions/dynamodb/conditional-write.ts';
import { personaKey } from '../functions/dynamodb/keys.ts';
import { callOptions, type Table } from '../functions/dynamodb/table.ts';
import type { Persona } from '../functions/personas/persona.ts';
import { findPersona, type PersonaDetails, personaDetails } from './persona-item.ts';

export interface SetPersonaStatus {
  readonly persona: PersonaDetails;
  /** False when the persona had the status before. */
  readonly changed: boolean;
}

/** @throws Refused when there is no such persona. */
export async function setPersonaStatus(
  table: Table,
  {
    orgId,
    personaId,
    status,
  }: { readonly orgId: string; readonly personaId: string; readonly status: Persona['status'] },
  now: Date = new Date(),
): Promise<SetPersonaStatus> {
  const updatedAt = now.toISOString();
  const update = await attemptWrite(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: personaKey(orgId, personaId),
        UpdateExpression: 'SET #status = :status, updatedAt = :updatedAt',
        ConditionExpression: 'attribute_exists(pk) AND #status <> :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':updatedAt': updatedAt },
        ReturnValues: 'ALL_NEW',
      }),
      callOptions(table),
    ),
  );
  if ('written' in update && update.written.Attributes !== undefined) {
    return { persona: personaDetails(update.written.Attributes), changed: true };
  }
  const persona = await findPersona(table, orgId, personaId);
  // The SDK sends a write again when its answer was lost, so the change may be this call's own.
  return { persona, changed: persona.updatedAt === updatedAt };
}
