// A synthesised template, and the questions that the tests ask it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { authorizer, preflightRoute, routes, streamConsumers, unknownRoute } from '../../functions/routes.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shapes, which the tests spell out.
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata: Record<string, string>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>;
}

export interface Synthesis {
  /** Both stacks as if they were one. */
  readonly template: Template;
  readonly stacks: { readonly data: Template; readonly service: Template };
  /** Warnings and errors of the synthesis. */
  readonly messages: readonly string[];
  /** The folder with what would be deployed. */
  readonly assembly: string;
}

export interface Syntheses {
  readonly dev: Synthesis;
  readonly prod: Synthesis;
  /** `prod` with everything set that can be set. */
  readonly configured: Synthesis;
  /** Signs what `configured` trusts. */
  readonly privateKeyPem: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    synthesis: Syntheses;
  }
}

export const { dev, prod, configured, privateKeyPem } = inject('synthesis');

export interface Named extends Resource {
  readonly id: string;
}

export function resources(type: string, { template }: Synthesis = dev): Named[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));
}

export function only(type: string, synthesis: Synthesis = dev): Named {
  const [found, ...others] = resources(type, synthesis);
  if (found === undefined || others.length > 0) {
    throw new Error(`The template has ${others.length + (found ? 1 : 0)} resources of type ${type}, not one`);
  }
  return found;
}

export function byId(id: string, { template }: Synthesis = dev): Named {
  const resource = template.Resources[id];
  if (resource === undefined) {
    throw new Error(`The template has no resource ${id}`);
  }
  return { id, ...resource };
}

/** The id of the resource that a value speaks of, however deep in it. */
export function referredTo(value: unknown): string {
  const names = [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !name.startsWith('AWS::'));
  return names.at(-1) ?? '';
}

export const AUTHORIZER = 'Authorizer';
export const UNKNOWN_ROUTE = 'UnknownRoute';
/** Where web pages may call the API. */
export const PREFLIGHT = 'Preflight';

/** @param operation as in functions/routes.ts, or one of those above */
export function functionOf(operation: string, synthesis: Synthesis = dev): Named {
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  const found = resources('AWS::Lambda::Function', synthesis).filter(({ Metadata }) =>
    Metadata['aws:cdk:path']?.includes(`/${name}/`),
  );
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`The template has ${found.length} functions for ${operation}, not one`);
  }
  return found[0];
}

/** The function behind its alias, to which everything that calls it must refer. */
export function functionBehindAlias(value: unknown, synthesis: Synthesis = dev): string {
  const alias = byId(referredTo(value), synthesis);
  if (alias.Type !== 'AWS::Lambda::Alias') {
    throw new Error(`${alias.id} is an ${alias.Type}, not an alias`);
  }
  return referredTo(alias.Properties.FunctionName);
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What a function's role may do. */
export function statementsOf(lambda: Named, synthesis: Synthesis = dev): Statement[] {
  const role = referredTo(lambda.Properties.Role);
  return resources('AWS::IAM::Policy', synthesis)
    .filter(({ Properties }) => Properties.Roles.some((holder: unknown) => referredTo(holder) === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

export function deployedFolder(lambda: Named, { assembly }: Synthesis = dev): string {
  return join(assembly, lambda.Metadata['aws:asset:path'] ?? '');
}

/** The folder of each entry's bundle, to synthesise with it again. */
export function deployedFolders(synthesis: Synthesis = dev): Map<string, string> {
  const whereConfigured = synthesis === configured ? { ...streamConsumers, [PREFLIGHT]: preflightRoute } : {};
  const entries = { ...routes, [AUTHORIZER]: authorizer, [UNKNOWN_ROUTE]: unknownRoute, ...whereConfigured };
  return new Map(
    Object.entries(entries).map(([name, { entry }]) => [
      entry,
      deployedFolder(functionOf(name, synthesis), synthesis),
    ]),
  );
}

export function deployedFiles(lambda: Named, synthesis: Synthesis = dev): string[] {
  return readdirSync(deployedFolder(lambda, synthesis), { recursive: true }).map(String).sort();
}
