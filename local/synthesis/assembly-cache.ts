// Assemblies that were synthesised before, each under the hash of what synthesis had read.
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Each has about a megabyte. */
const MOST_KEPT = 32;

interface Entry {
  /** The hash of each file of the assembly. */
  files: Record<string, string>;
  /** The state of each module that was loaded or bundled, and is not part of the entry's key. */
  modules: Record<string, string>;
}

export interface AssemblyCache {
  /**
   * Copies an assembly, unless one of its files is missing or changed, or a module has changed since.
   * @returns whether the folder now holds the assembly.
   */
  take(key: string, assemblyFolder: string): boolean;
  keep(key: string, assemblyFolder: string, modules: readonly string[]): void;
}

/** Several processes may use one folder: entries appear and disappear as a whole, and a reader checks what it copies. */
export function assemblyCache(folder: string): AssemblyCache {
  mkdirSync(folder, { recursive: true });

  return {
    take(key, assemblyFolder) {
      const kept = join(folder, key);
      try {
        const { files, modules } = readEntry(kept);
        const now = new Date();
        utimesSync(kept, now, now);
        const current = Object.entries(modules).every(([file, state]) => stateOf(file) === state);
        return current && Object.entries(files).every((file) => copy(file, kept, assemblyFolder));
      } catch {
        // Removed or replaced by another process, or damaged: it is synthesised again.
        return false;
      }
    },

    keep(key, assemblyFolder, modules) {
      const unfinished = mkdtempSync(join(folder, 'unfinished-'));
      const files = readdirSync(assemblyFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        statSync(join(assemblyFolder, name)).isFile(),
      );
      cpSync(assemblyFolder, join(unfinished, 'assembly'), { recursive: true });
      writeEntry(unfinished, {
        files: Object.fromEntries(
          files.map((name) => [name, hashOf(readFileSync(join(unfinished, 'assembly', name)))]),
        ),
        modules: Object.fromEntries(modules.map((file) => [file, stateOf(file)])),
      });
      replace(join(folder, key), unfinished);
      removeOldest(folder);
    },
  };
}

/** The first line is the hash of the second, so that an entry that was cut short is not used. */
function writeEntry(kept: string, entry: Entry): void {
  const text = JSON.stringify(entry);
  writeFileSync(join(kept, 'entry'), `${hashOf(text)}\n${text}`);
}

function readEntry(kept: string): Entry {
  const file = join(kept, 'entry');
  const [hash, text = ''] = readFileSync(file, 'utf8').split('\n');
  if (hash !== hashOf(text)) {
    throw new Error(`${file} is damaged.`);
  }
  return JSON.parse(text) as Entry;
}

function copy([name, hash]: [name: string, hash: string], kept: string, assemblyFolder: string): boolean {
  const content = readFileSync(join(kept, 'assembly', name));
  if (hashOf(content) !== hash) {
    return false;
  }
  const target = join(assemblyFolder, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  return true;
}

/** Reading all modules would take longer than the rest of a start. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'absent' : `${found.size} bytes of ${found.mtimeMs}`;
}

function replace(kept: string, unfinished: string): void {
  rmSync(kept, { recursive: true, force: true });
  try {
    renameSync(unfinished, kept);
  } catch {
    // Another process has just kept an assembly of the same inputs.
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function removeOldest(folder: string): void {
  const newestFirst = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .map((path) => ({ path, usedAtMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.usedAtMs - one.usedAtMs);
  for (const { path } of newestFirst.slice(MOST_KEPT)) {
    rmSync(path, { recursive: true, force: true });
  }
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
