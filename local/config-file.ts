// Reads the configuration file of `npm start -- --config`, the same file that is deployed with `--context config=…`.
import { readFileSync } from 'node:fs';

/** Some editors begin a file of UTF-8 with one. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Where a file has the fields of each stage under its name, `npm start` takes those of this one. */
const STAGE = 'dev';
const STAGES = [STAGE, 'prod'];

/**
 * Leaves out the issuer of session JWTs: the local issuer replaces it, since only its tokens can be signed here. Leaves out
 * the restored table: the local database has none.
 */
export function readConfigFile(file: string): Record<string, unknown> {
  const {
    sessionJwt: _deployedIssuer,
    restoredTable: _deployedTable,
    ...config
  } = fieldsOfStage(readObject(file));
  return config;
}

function fieldsOfStage(file: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(file);
  const isByStage = names.length > 0 && names.every((name) => STAGES.includes(name) && isObject(file[name]));
  return isByStage ? { ...(file[STAGE] as object | undefined) } : file;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readObject(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    throw new Error(`The configuration file ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) {
    throw new Error(`The configuration file ${file} must hold a JSON object.`);
  }
  return value as Record<string, unknown>;
}
