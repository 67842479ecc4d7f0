// Loads a handler from a bundle, with the errors of Lambda's Node.js runtime.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @import { RuntimeSettings } from './protocol.ts'
 * @typedef {(event: unknown, context: object) => unknown} Handler
 */

/**
 * @param {RuntimeSettings} settings
 * @returns {Promise<Handler>}
 */
export async function loadHandler({ codeFolder, handler }) {
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
  return loaded;
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<Record<string, any>>}
 */
async function loadModule(folder, name) {
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(folder, name + extension)).find(existsSync);
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Cannot find module '${name}' in ${folder}`);
  }
  return file.endsWith('.mjs') ? import(pathToFileURL(file).href) : createRequire(file)(file);
}

/**
 * @param {string} name
 * @param {string} message
 */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}
