// The modes of the files that are packed for Lambda, which must not depend on the umask of the shell that deploys.
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 0o755;
const FILE = 0o644;

/**
 * A package keeps the modes of its files, and Lambda runs as another user than their owner. The hash of an asset does not
 * change with the modes, so a wrong one would stay deployed.
 */
export function setAssetModes(assemblyFolder: string): void {
  for (const entry of readdirSync(assemblyFolder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.startsWith('asset.')) {
      setModes(join(assemblyFolder, entry.name));
    }
  }
}

function setModes(folder: string): void {
  chmodSync(folder, FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      setModes(path);
    } else {
      chmodSync(path, FILE);
    }
  }
}
