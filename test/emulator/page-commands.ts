// The commands of a page, as an operator pastes them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');

/** @returns the shell blocks under a heading of the second level, in their order */
export function commandsOf(page: string, heading: string): string[] {
  const text = readFileSync(join(project, page), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const blocks = [...(section ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  if (blocks.length === 0) {
    throw new Error(`${page} has no commands under "## ${heading}"`);
  }
  return blocks;
}
