// CloudFormation's intrinsic functions, resolved to what they come to in the local stack.
import type { Template } from './template.ts';

export interface Scope {
  stackName: string;
  region: string;
  accountId: string;
  template: Template;
  /** What `Ref` of a resource gives. */
  refOf(logicalId: string): string;
  /** What `Fn::GetAtt` of a resource gives. */
  attributeOf(logicalId: string, attribute: string): string;
  /** What another stack exports under this name. */
  exportOf(name: string): unknown;
  /** What another stack puts out, exported or not. */
  outputOf(stackName: string, outputName: string): unknown;
}

/** Stands for `AWS::NoValue`: whatever resolves to it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((entry) => resolve(entry, scope)).filter((entry) => entry !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return applyIntrinsic(name, argument, scope);
  }
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, resolve(entry, scope)]).filter(([, entry]) => entry !== NO_VALUE),
  );
}

export function resolveText(value: unknown, scope: Scope, where: string): string {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean') {
    return String(resolved);
  }
  throw new Error(`${where} must come to a text, but ${JSON.stringify(value)} does not.`);
}

export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) {
    throw new Error(`The template has no condition named ${name}.`);
  }
  return test(condition, scope);
}

function applyIntrinsic(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt': {
      const [logicalId, ...attribute] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split('.');
      return scope.attributeOf(logicalId ?? '', attribute.join('.'));
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
    case 'Fn::If': {
      const [condition, then, otherwise] = argument as [string, unknown, unknown];
      return resolve(conditionHolds(condition, scope) ? then : otherwise, scope);
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = resolve(argument, scope) as [string, string, string];
      return scope.template.Mappings?.[map]?.[first]?.[second];
    }
    case 'Fn::Base64':
      return Buffer.from(String(resolve(argument, scope))).toString('base64');
    case 'Fn::ImportValue':
      return scope.exportOf(String(resolve(argument, scope)));
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = resolve(argument, scope) as Record<string, string>;
      return scope.outputOf(StackName ?? '', OutputName ?? '');
    }
    default:
      throw new Error(
        `The local stack cannot resolve ${name}, found as ${JSON.stringify({ [name]: argument })}.`,
      );
  }
}

function reference(name: string, scope: Scope): unknown {
  switch (name) {
    case 'AWS::Region':
      return scope.region;
    case 'AWS::AccountId':
      return scope.accountId;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${scope.region}:${scope.accountId}:stack/${scope.stackName}/local`;
    case 'AWS::NoValue':
      return NO_VALUE;
  }
  const parameter = scope.template.Parameters?.[name];
  if (parameter === undefined) {
    return scope.refOf(name);
  }
  if (parameter.Default === undefined) {
    throw new Error(`The template's parameter ${name} has no default value.`);
  }
  return parameter.Default;
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(argument)
    ? (argument as [string, Record<string, unknown>])
    : [String(argument), {}];
  return text.replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
    if (name.startsWith('!')) {
      return `\${${name.slice(1)}}`;
    }
    if (name in variables) {
      return String(resolve(variables[name], scope));
    }
    const [logicalId, ...attribute] = name.split('.');
    return attribute.length > 0
      ? scope.attributeOf(logicalId ?? '', attribute.join('.'))
      : String(reference(name, scope));
  });
}

function test(condition: unknown, scope: Scope): boolean {
  const [name, argument] = Object.entries(condition as Record<string, unknown>)[0] ?? [];
  switch (name) {
    case 'Condition':
      return conditionHolds(String(argument), scope);
    case 'Fn::Equals': {
      const [left, right] = resolve(argument, scope) as [unknown, unknown];
      return String(left) === String(right);
    }
    case 'Fn::And':
      return (argument as unknown[]).every((part) => test(part, scope));
    case 'Fn::Or':
      return (argument as unknown[]).some((part) => test(part, scope));
    case 'Fn::Not':
      return !(argument as unknown[]).some((part) => test(part, scope));
    default:
      throw new Error(`The local stack cannot evaluate the condition ${JSON.stringify(condition)}.`);
  }
}
