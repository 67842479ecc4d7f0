// How new versions come into service: shifted by CodeDeploy, and shifted back by alarms that can fire in time.
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import {
  AUTHORIZER,
  byId,
  configured,
  dev,
  functionOf,
  type Named,
  only,
  prod,
  referredTo,
  resources,
  type Synthesis,
  UNKNOWN_ROUTE,
} from './template.ts';

const everything = [...Object.keys(routes), AUTHORIZER, UNKNOWN_ROUTE];

function aliasOf(name: string, synthesis: Synthesis): Named {
  const { id } = functionOf(name, synthesis);
  const aliases = resources('AWS::Lambda::Alias', synthesis).filter(
    ({ Properties }) => referredTo(Properties.FunctionName) === id,
  );
  expect(aliases).toHaveLength(1);
  return aliases[0] as Named;
}

function groupOf(name: string, synthesis: Synthesis): Named {
  const { UpdatePolicy } = aliasOf(name, synthesis) as Named & {
    readonly UpdatePolicy: { readonly CodeDeployLambdaAliasUpdate: Record<string, unknown> };
  };
  const { ApplicationName, DeploymentGroupName } = UpdatePolicy.CodeDeployLambdaAliasUpdate;
  expect(referredTo(ApplicationName)).toBe(only('AWS::CodeDeploy::Application', synthesis).id);
  return byId(referredTo(DeploymentGroupName), synthesis);
}

function alarmsOf(name: string, synthesis: Synthesis): Named[] {
  return groupOf(name, synthesis).Properties.AlarmConfiguration.Alarms.map((alarm: unknown) =>
    byId(referredTo(alarm), synthesis),
  );
}

describe.each(everything)('a new version of %s', (name) => {
  it('stands behind the alias that is called, and is published from this code', () => {
    const alias = aliasOf(name, prod);
    const version = byId(referredTo(alias.Properties.FunctionVersion), prod);
    expect(alias.Properties.Name).toBe('live');
    expect(version.Type).toBe('AWS::Lambda::Version');
    expect(referredTo(version.Properties.FunctionName)).toBe(functionOf(name, prod).id);
  });

  it.each([
    ['dev', dev, 'CodeDeployDefault.LambdaAllAtOnce'],
    ['prod', prod, 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    ['a configured stack', configured, 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
  ] as const)('comes into service of %s as configured', (_what, synthesis, expected) => {
    expect(groupOf(name, synthesis).Properties.DeploymentConfigName).toBe(expected);
  });

  it('is taken back when an alarm fires, when the deployment fails and when somebody stops it', () => {
    const { AlarmConfiguration, AutoRollbackConfiguration } = groupOf(name, prod).Properties;
    expect(AlarmConfiguration).toMatchObject({ Enabled: true });
    expect(AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
  });

  it('is watched for 5xx, errors, throttles, latency and unavailable credentials, of its own where that can be', () => {
    const watched = alarmsOf(name, prod).map(({ Properties }) => {
      const { MetricName, Dimensions = [] } = Properties;
      const own = Dimensions.find(({ Name }: { Name: string }) => Name === 'FunctionName');
      return own === undefined ? MetricName : `${MetricName} of ${referredTo(own)}`;
    });
    const { id } = functionOf(name, prod);
    expect(watched.sort()).toEqual(
      [
        '5xx',
        'durationMs',
        `Errors of ${id}`,
        `Throttles of ${id}`,
        ...(name === UNKNOWN_ROUTE ? [] : [`Duration of ${id}`]),
      ].sort(),
    );
  });

  it('is watched by alarms that fire within two minutes, while most callers still have the old one', () => {
    for (const { Properties } of alarmsOf(name, prod)) {
      expect(Properties.Period * Properties.EvaluationPeriods).toBeLessThanOrEqual(120);
    }
  });
});

it('CodeDeploy may do what AWS lets it do with functions, and is the only one who takes its role', () => {
  const roles = new Set(everything.map((name) => referredTo(groupOf(name, prod).Properties.ServiceRoleArn)));
  expect(roles.size).toBe(1);
  const role = byId([...roles][0] ?? '', prod);
  expect(JSON.stringify(role.Properties.ManagedPolicyArns)).toContain('AWSCodeDeployRoleForLambdaLimited');
  expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
    { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' } },
  ]);
});
