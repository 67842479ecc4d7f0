// Compares what each function did in the whole suite of the API with what it is allowed to do.
import { describe, expect, inject, it } from 'vitest';
import { authorizer, type Route, routes, sessionsByUser } from '../../functions/routes.ts';
import { DYNAMODB_ACTIONS } from './dynamodb-actions.ts';
import { type FunctionRole, PLACE, readFunctionRoles } from './roles.ts';
import { seenCallsOf } from './seen-calls.ts';

const recorded = inject('recorded');
if (recorded === undefined) {
  throw new Error(
    "Nothing was recorded: run it with the API's suite, vitest run --project 'api on dynalite' --project privilege",
  );
}
const { seenCalls, tableName, assembly } = recorded;

const roles = readFunctionRoles(assembly);
const tableArn = `arn:aws:dynamodb:${PLACE.region}:${PLACE.accountId}:table/${tableName}`;

const indexArn = `${tableArn}/index/${sessionsByUser.name}`;

/** Whatever is near the table and its index, and is neither. */
const OTHER_RESOURCES = [
  `${tableArn}/index/*`,
  `${indexArn}2`,
  `${tableArn}/stream/2026-01-01T00:00:00.000`,
  `${tableArn}/backup/01234567890123-abcdefgh`,
  `${tableArn}-copy`,
  `${tableArn.slice(0, -1)}`,
  tableArn.replace(tableName, 'another-table'),
  tableArn.replace(PLACE.region, 'eu-central-1'),
  tableArn.replace(PLACE.accountId, '111111111111'),
  '*',
];

/** On the table, and on its index. */
type Rights = Pick<Route, 'tableActions' | 'indexActions'>;

const expected: [name: string, rights: Rights][] = [
  ...Object.entries<Route>(routes),
  ['authorizer', authorizer],
  ['unknownRoute', { tableActions: [] }],
];

function roleOf(name: string, among: readonly FunctionRole[] = roles): FunctionRole {
  const prefix = `${name.charAt(0).toUpperCase()}${name.slice(1)}Function`;
  const found = among.filter(({ functionId }) => functionId.startsWith(prefix));
  expect(found).toHaveLength(1);
  return found[0] as FunctionRole;
}

/** As `action resource`. */
function seen(name: string): string[] {
  return seenCallsOf(roleOf(name).functionId, seenCalls)
    .map(({ action, resource }) => `${action} ${tableArn.replace(/table\/.*$/, '')}${resource}`)
    .sort();
}

describe.each(expected)('after the whole suite, %s', (name, { tableActions, indexActions = [] }) => {
  it('has called the table and its index for all that it is allowed, and for nothing that it is not', () => {
    const allowed = roleOf(name)
      .grants.filter(({ action }) => action.startsWith('dynamodb:'))
      .map(({ action, resource }) => `${action} ${resource}`)
      .sort();
    expect(seen(name)).toEqual(allowed);
    expect(allowed).toEqual(
      [
        ...tableActions.map((action) => `${action} ${tableArn}`),
        ...indexActions.map((action) => `${action} ${indexArn}`),
      ].sort(),
    );
  });

  it('is denied every other action on the table and on its index', () => {
    const role = roleOf(name);
    const allowed = [tableArn, indexArn].flatMap((resource) =>
      DYNAMODB_ACTIONS.filter((action) => role.allows(action, resource)).map(
        (action) => `${action} ${resource}`,
      ),
    );
    expect(new Set(allowed)).toEqual(new Set(seen(name)));
    expect(DYNAMODB_ACTIONS.length).toBeGreaterThan(60);
  });

  it('is denied every action on other tables, on other indexes, streams and backups', () => {
    const role = roleOf(name);
    for (const resource of OTHER_RESOURCES) {
      expect(DYNAMODB_ACTIONS.filter((action) => role.allows(action, resource))).toEqual([]);
    }
  });

  it('may otherwise write to its own log, and use no other service', () => {
    const others = roleOf(name).grants.filter(({ action }) => !action.startsWith('dynamodb:'));
    expect(others.map(({ action }) => action).sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(new Set(others.map(({ resource }) => resource)).size).toBe(1);
    const prefix = name.charAt(0).toUpperCase() + name.slice(1);
    expect(others[0]?.resource).toMatch(new RegExp(`:log-group:[A-Za-z-]+-${prefix}Logs[0-9A-F]{8}:\\*$`));
  });

  it('has the same rights in prod', () => {
    const actions = (role: FunctionRole) => role.grants.map(({ action }) => action);
    expect(actions(roleOf(name, readFunctionRoles(inject('assemblies').prod)))).toEqual(
      actions(roleOf(name)),
    );
  });
});

it('nobody else has a role: every function is one of these', () => {
  expect(roles.map(({ functionId }) => functionId).sort()).toEqual(
    expected.map(([name]) => roleOf(name).functionId).sort(),
  );
});
