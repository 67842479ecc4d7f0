// A copy of the synthesised assembly in which something is different: what a bad release, or a hand at the console, may bring.
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStacks } from '../../local/assembly/stacks.ts';
import type { Synthesised } from '../../local/synthesise.ts';

export const PLACE = { region: 'us-east-1', accountId: '000000000000' };

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown> & { readonly Code?: { readonly S3Key?: string } };
}

export interface AlteredResource {
  readonly type: string;
  readonly logicalId: string;
  /** As in the template. */
  readonly properties: Record<string, unknown>;
  /** With its bundle, where it is a function. */
  readonly codeFolder: string;
}

/** @returns the copy; whoever asks for it removes it. */
export function alteredAssembly(
  { assemblyFolder, signingKeyFile }: Synthesised,
  alter: (resource: AlteredResource) => void,
): Synthesised {
  const copy = mkdtempSync(join(tmpdir(), 'moonborn-altered-'));
  cpSync(assemblyFolder, copy, { recursive: true });
  for (const file of readdirSync(copy).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(join(copy, file), 'utf8'));
    const folders = new Map(readStacks(copy, PLACE).flatMap(({ assetFolders }) => [...assetFolders]));
    for (const [logicalId, { Type, Properties = {} }] of Object.entries<Resource>(template.Resources)) {
      const codeFolder = folders.get(Properties.Code?.S3Key ?? '') ?? '';
      alter({ type: Type, logicalId, properties: Properties, codeFolder });
    }
    writeFileSync(join(copy, file), JSON.stringify(template));
  }
  return { assemblyFolder: copy, signingKeyFile };
}
