// Resolves the CloudFormation intrinsic functions that the templates use to values of the local stack.
import type { Template } from './template.ts';

export interface Scope {
  stackName: string;
  region: string;
  accountId: string;
  template: Template;
  /** The value of `Ref` for a resource. */
  refOf(logicalId: string): string;
  /** The value of `Fn::GetAtt` for a resource. */
  attributeOf(logicalId: string, attribute: string): string;
  /** The value that another stack exports under this name. */
  exportOf(name: string): unknown;
}

export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((entry) => resolve(entry, scope));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return applyIntrinsic(name, argument, scope);
  }
  return Object.fromEntries(entries.map(([key, entry]) => [key, resolve(entry, scope)]));
}

export function resolveText(value: unknown, scope: Scope, where: string): string {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean') {
    return String(resolved);
  }
  throw new Error(`${where} must resolve to a string, but ${JSON.stringify(value)} does not.`);
}

function applyIntrinsic(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = argument as [string, string];
      return scope.attributeOf(logicalId, attribute);
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown];
      return (resolve(parts, scope) as unknown[]).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Select': {
      const [index, list] = resolve(argument, scope) as [string | number, unknown[]];
      return list[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = resolve(argument, scope) as [string, string];
      return text.split(separator);
    }
    case 'Fn::ImportValue':
      return scope.exportOf(String(resolve(argument, scope)));
    default:
      throw cannotResolve(name, argument);
  }
}

function reference(name: string, scope: Scope): string {
  switch (name) {
    case 'AWS::Region':
      return scope.region;
    case 'AWS::AccountId':
      return scope.accountId;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${scope.region}:${scope.accountId}:stack/${scope.stackName}/local`;
    default:
      return scope.refOf(name);
  }
}

/** Supports the string form only: the CDK writes no map of variables and no escapes. */
function substitute(argument: unknown, scope: Scope): string {
  if (typeof argument !== 'string' || argument.includes('${!')) {
    throw cannotResolve('Fn::Sub', argument);
  }
  return argument.replace(/\$\{([^}]+)\}/g, (_match, name: string) => reference(name, scope));
}

function cannotResolve(name: string, argument: unknown): Error {
  return new Error(
    `The local stack cannot resolve ${name}, found as ${JSON.stringify({ [name]: argument })}. Add it to local/assembly/intrinsics.ts.`,
  );
}
