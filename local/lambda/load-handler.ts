// Loads a handler from a bundle, with the errors that Lambda's runtime gives for what it cannot run.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuntimeSettings } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

export async function loadHandler({ codeFolder, handler }: RuntimeSettings): Promise<Handler> {
  const separator = handler.lastIndexOf('.');
  const [moduleName, exportName] = [handler.slice(0, separator), handler.slice(separator + 1)];
  const module = await loadModule(codeFolder, moduleName);
  const loaded = module[exportName];
  if (typeof loaded !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (loaded.length > 2) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${handler} takes a callback. Node.js 24 on Lambda runs async handlers only.`,
    );
  }
  return loaded as Handler;
}

async function loadModule(folder: string, name: string): Promise<Record<string, unknown>> {
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(folder, name + extension)).find(existsSync);
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${name}' in ${folder}`);
  }
  if (file.endsWith('.mjs')) {
    return import(pathToFileURL(file).href);
  }
  return createRequire(file)(file) as Record<string, unknown>;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
