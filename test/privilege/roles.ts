// What the synthesised roles of functions allow. It knows plain permissions only, and refuses to judge anything else.
import { resolve, type Scope } from '../../local/assembly/intrinsics.ts';
import { readStacks, type Stack } from '../../local/assembly/stacks.ts';

export const PLACE = { region: 'us-east-1', accountId: '000000000000' };

export interface Grant {
  readonly action: string;
  readonly resource: string;
  /** The only service through which the action is allowed; of keys alone. */
  readonly via?: string;
}

export interface FunctionRole {
  readonly functionId: string;
  readonly grants: readonly Grant[];
  allows(action: string, resource: string): boolean;
}

type Properties = Readonly<Record<string, unknown>>;

export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** @throws NotPlain for whatever a reader could not judge at a glance. */
export function readFunctionRoles(assemblyFolder: string): FunctionRole[] {
  return readStacks(assemblyFolder, PLACE).flatMap((stack) => {
    refuseOtherPolicies(stack);
    return stack.resourcesOf('AWS::Lambda::Function').map(([functionId, { Properties = {} }]) => {
      const grants = grantsOf(roleIdOf(Properties, functionId), stack);
      return { functionId, grants, allows: (action, resource) => allows(grants, action, resource) };
    });
  });
}

/** No wildcard is ever granted but for the streams of one log group, so to allow is to name. */
function allows(grants: readonly Grant[], action: string, resource: string): boolean {
  return grants.some(
    (grant) => grant.action === action && grant.resource === resource && grant.via === undefined,
  );
}

function grantsOf(roleId: string, stack: Stack): Grant[] {
  const role = propertiesOf(stack.scope, roleId);
  onlyKeys(role, ['AssumeRolePolicyDocument', 'Description'], roleId);
  refuseOtherHolders(role.AssumeRolePolicyDocument, roleId);
  return stack
    .resourcesOf('AWS::IAM::Policy')
    .map(([id, { Properties = {} }]): [string, Properties] => [id, Properties])
    .filter(([, { Roles }]) => JSON.stringify(Roles).includes(`{"Ref":"${roleId}"}`))
    .flatMap(([id, properties]) => {
      onlyKeys(properties, ['PolicyDocument', 'PolicyName', 'Roles'], id);
      const { Statement, ...version } = properties.PolicyDocument as { Statement: Properties[] };
      onlyKeys(version, ['Version'], id);
      return Statement.flatMap((statement) => grantsIn(statement, stack.scope, id));
    });
}

export function grantsIn(statement: Properties, scope: Scope, where: string): Grant[] {
  const { Condition, ...rest } = statement;
  onlyKeys(rest, ['Effect', 'Action', 'Resource', 'Sid'], where);
  if (statement.Effect !== 'Allow') {
    throw new NotPlain(`${where} has the effect ${JSON.stringify(statement.Effect)}, not Allow`);
  }
  const actions = [statement.Action].flat();
  const via = Condition === undefined ? undefined : serviceOf(resolve(Condition, scope), actions, where);
  const resources = [resolve(statement.Resource, scope)].flat();
  return actions.flatMap((action) =>
    resources.map((resource) => ({
      action: explicitAction(action, where),
      resource: explicitResource(resource, where),
      ...(via && { via }),
    })),
  );
}

/** The one condition that is known: a key that may be used through one service only. */
function serviceOf(condition: unknown, actions: readonly unknown[], where: string): string {
  const [, service] =
    /^\{"StringEquals":\{"kms:ViaService":"([a-z0-9.-]+)"\}\}$/.exec(JSON.stringify(condition)) ?? [];
  if (service === undefined || !actions.every((action) => String(action).startsWith('kms:'))) {
    throw new NotPlain(`${where} has the condition ${JSON.stringify(condition)}, which is not judged here`);
  }
  return service;
}

function explicitAction(action: unknown, where: string): string {
  if (typeof action !== 'string' || !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action)) {
    throw new NotPlain(`${where} names the action ${JSON.stringify(action)}; name each in full`);
  }
  return action;
}

const STREAMS_OF_A_LOG_GROUP = /^arn:aws:logs:[^:*]+:[^:*]+:log-group:[^:*]+:\*$/;

function explicitResource(resource: unknown, where: string): string {
  const isExplicit = typeof resource === 'string' && /^arn:aws:[^*?]+$/.test(resource);
  if (!isExplicit && !STREAMS_OF_A_LOG_GROUP.test(String(resource))) {
    throw new NotPlain(`${where} names the resource ${JSON.stringify(resource)}; name each in full`);
  }
  return String(resource);
}

function refuseOtherHolders(trust: unknown, roleId: string): void {
  const lambdaOnly = [
    { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
  ];
  const { Statement } = trust as { Statement: unknown };
  if (JSON.stringify(Statement) !== JSON.stringify(lambdaOnly)) {
    throw new NotPlain(`${roleId} can be taken by others than Lambda: ${JSON.stringify(Statement)}`);
  }
}

/** Other ways to hang a policy on a role or on the table, which are not looked at here. */
function refuseOtherPolicies({ resourcesOf, name }: Stack): void {
  const others = resourcesOf(
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::RolePolicy',
    'AWS::IAM::UserPolicy',
    'AWS::IAM::GroupPolicy',
  );
  if (others.length > 0) {
    throw new NotPlain(`Stack ${name} has ${others.map(([id, { Type }]) => `${id} (${Type})`).join(', ')}`);
  }
  for (const [id, table] of resourcesOf('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')) {
    if (JSON.stringify(table).includes('ResourcePolicy')) {
      throw new NotPlain(`The table ${id} has a policy of its own`);
    }
  }
}

function roleIdOf({ Role }: Properties, functionId: string): string {
  const [roleId] = (Role as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
  if (roleId === undefined) {
    throw new NotPlain(`${functionId} has a role from elsewhere: ${JSON.stringify(Role)}`);
  }
  return roleId;
}

function propertiesOf({ template }: Scope, id: string): Properties {
  return template.Resources[id]?.Properties ?? {};
}

function onlyKeys(value: Properties, known: readonly string[], where: string): void {
  const others = Object.keys(value).filter((key) => !known.includes(key));
  if (others.length > 0) {
    throw new NotPlain(`${where} has ${others.join(', ')}, which is not judged here`);
  }
}
