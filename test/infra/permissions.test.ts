// What each function may do: what its operation needs, on this table, and nothing else.
import { describe, expect, it } from 'vitest';
import { authorizer, routes, sessionsByUser } from '../../functions/routes.ts';
import {
  AUTHORIZER,
  byId,
  configured,
  dev,
  functionOf,
  only,
  PREFLIGHT,
  prod,
  referredTo,
  resources,
  type Statement,
  statementsOf,
  UNKNOWN_ROUTE,
} from './template.ts';

const rights: [name: string, tableActions: readonly string[]][] = [
  ...Object.entries(routes).map(([name, { tableActions }]): [string, readonly string[]] => [
    name,
    tableActions,
  ]),
  [AUTHORIZER, authorizer.tableActions],
  [UNKNOWN_ROUTE, []],
];

function actionsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ Action }) => Action).sort();
}

function isTheTable(resource: unknown): boolean {
  return referredTo(resource) === only('AWS::DynamoDB::GlobalTable').id;
}

function onTheTable(statements: readonly Statement[]): Statement[] {
  return statements.filter(({ Resource }) => isTheTable(Resource));
}

describe('a function', () => {
  it.each(rights)('%s may use the table for exactly %j', (name, tableActions) => {
    expect(actionsOf(onTheTable(statementsOf(functionOf(name))))).toEqual([...tableActions].sort());
  });

  it.each(rights)('%s has a role of its own', (name) => {
    const roles = resources('AWS::Lambda::Function').map(({ Properties }) => referredTo(Properties.Role));
    const own = referredTo(functionOf(name).Properties.Role);
    expect(roles.filter((role) => role === own)).toEqual([own]);
  });

  it.each(rights)('%s may otherwise write its own logs, and that is all', (name) => {
    const lambda = functionOf(name);
    const [writeLogs, ...others] = statementsOf(lambda).filter(({ Resource }) => !isTheTable(Resource));
    expect(others).toEqual([]);
    expect(writeLogs?.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(writeLogs?.Resource).toEqual({
      'Fn::GetAtt': [referredTo(lambda.Properties.LoggingConfig.LogGroup), 'Arn'],
    });
    const role = byId(referredTo(lambda.Properties.Role));
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    expect(role.Properties.Policies).toBeUndefined();
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  });

  it('that answers preflights may write its own logs, and that is all', () => {
    const lambda = functionOf(PREFLIGHT, configured);
    expect(statementsOf(lambda, configured)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [referredTo(lambda.Properties.LoggingConfig.LogGroup), 'Arn'] },
      },
    ]);
    const role = byId(referredTo(lambda.Properties.Role), configured);
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role.Properties).not.toHaveProperty('Policies');
  });
});

describe('where the configuration asks for the sessions of a user', () => {
  const table = only('AWS::DynamoDB::GlobalTable', configured).id;
  const index = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [table, 'Arn'] }, `/index/${sessionsByUser.name}`]] };
  const ofIndexes = (statements: readonly Statement[]) =>
    statements.filter(({ Resource }) => JSON.stringify(Resource).includes('/index/'));

  it('listChatSessions may query exactly that index', () => {
    const statements = statementsOf(functionOf('listChatSessions', configured), configured);
    expect(ofIndexes(statements)).toEqual([{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: index }]);
  });

  it('no other function may, and no function where it is off', () => {
    const all = resources('AWS::IAM::Policy', configured).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(ofIndexes(all)).toHaveLength(1);
    for (const synthesis of [dev, prod]) {
      expect(
        ofIndexes(
          resources('AWS::IAM::Policy', synthesis).flatMap(
            ({ Properties }) => Properties.PolicyDocument.Statement,
          ),
        ),
      ).toEqual([]);
    }
  });
});

describe.each([
  ['dev', undefined],
  ['prod', prod],
])('the policies of %s', (_stage, synthesis) => {
  const statements: Statement[] = resources('AWS::IAM::Policy', synthesis).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );

  it('are plain permissions on the table itself and on log groups', () => {
    const table = only('AWS::DynamoDB::GlobalTable', synthesis).id;
    const logGroups = resources('AWS::Logs::LogGroup', synthesis).map(({ id }) => id);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const resource = { 'Fn::GetAtt': [expect.toBeOneOf([table, ...logGroups]), 'Arn'] };
      expect(statement).toEqual({ Effect: 'Allow', Action: expect.anything(), Resource: resource });
    }
  });

  it('name every action in full', () => {
    for (const action of actionsOf(statements)) {
      expect(action).toMatch(/^(dynamodb|logs):[A-Z][A-Za-z]+$/);
    }
  });

  it('are all there are: no managed policies of our own, no users, no resource policies', () => {
    for (const type of ['AWS::IAM::ManagedPolicy', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::Lambda::Url']) {
      expect(resources(type, synthesis)).toEqual([]);
    }
    expect(JSON.stringify(only('AWS::DynamoDB::GlobalTable', synthesis))).not.toContain('ResourcePolicy');
  });
});
