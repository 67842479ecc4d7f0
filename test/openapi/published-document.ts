// The committed OpenAPI document, as far as answers are held against it.
import { readFileSync } from 'node:fs';
import type { CodeSample } from '../../docs/openapi/code-samples.ts';
import type { Operation } from '../../functions/routes.ts';

interface HeaderObject {
  readonly required?: boolean;
}

export interface ResponseObject {
  readonly headers?: Readonly<Record<string, HeaderObject | Reference>>;
  readonly content?: Readonly<Record<string, { readonly examples?: object; readonly example?: unknown }>>;
}

export interface OperationObject {
  readonly operationId: Operation;
  readonly summary: string;
  readonly 'x-codeSamples': readonly CodeSample[];
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

interface Reference {
  readonly $ref: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

export const documentFile = new URL('../../docs/openapi/openapi.json', import.meta.url);

const document = JSON.parse(readFileSync(documentFile, 'utf8')) as Document;

export function allOperations(): OperationObject[] {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods));
}

/** @param path as it was sent, with or without a query */
export function operationOf(method: string, path: string): OperationObject | undefined {
  const segments = path.split('?', 1)[0]?.split('/') ?? [];
  const template = Object.keys(document.paths).find((known) => fits(known.split('/'), segments));
  return template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
}

export function responseOf(operation: OperationObject, status: number): ResponseObject | undefined {
  const response = operation.responses[status];
  return response && resolve(response);
}

export function requiredHeaders({ headers = {} }: ResponseObject): string[] {
  return Object.keys(headers).filter((name) => resolve(headers[name] as HeaderObject).required === true);
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : segments[i] === part))
  );
}

function resolve<T extends object>(value: T | Reference): T {
  if (!('$ref' in value)) {
    return value;
  }
  return value.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document) as T;
}
