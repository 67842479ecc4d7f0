// A hash over all that synthesis reads, except for modules of packages.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** All files in them count, since the app and the bundles may load any of them. */
const FOLDERS = ['infra', 'functions'];

/** The second lock file says what is installed. esbuild reads tsconfig.json. */
const FILES = [
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'tsconfig.json',
  'cdk.json',
  'cdk.context.json',
];

/** @param given what the app is given besides the project's files. */
export function hashOfInputs(project: string, given: object): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ project, node: process.version, ...given }));
  for (const file of [...FILES, ...FOLDERS.flatMap((folder) => filesIn(join(project, folder), project))]) {
    const content = contentOf(join(project, file));
    hash.update(JSON.stringify([file, content?.length ?? 'absent'])).update(content ?? '');
  }
  return hash.digest('hex');
}

/** Whether a change of a file changes {@link hashOfInputs}. */
export function isHashed(file: string, project: string): boolean {
  const name = relative(project, file);
  return FILES.includes(name) || FOLDERS.some((folder) => name.startsWith(folder + sep));
}

function filesIn(folder: string, project: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(project, join(entry.parentPath, entry.name)))
    .sort();
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
