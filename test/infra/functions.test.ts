// The functions as they are deployed: run time, size, environment and logs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type AuthorizerEnv,
  type EndpointEnv,
  type FunctionEnv,
  readAuthorizerEnv,
  readEndpointEnv,
} from '../../functions/env.ts';
import { routes } from '../../functions/routes.ts';
import {
  AUTHORIZER,
  byId,
  configured,
  deployedFiles,
  deployedFolder,
  dev,
  functionOf,
  only,
  prod,
  referredTo,
  resources,
  UNKNOWN_ROUTE,
} from './template.ts';

const operations = Object.keys(routes);
const everything = [...operations, UNKNOWN_ROUTE, AUTHORIZER];

/** A record with each name, so that the compiler notices a variable that is missing here. */
const functionVariables: Record<keyof FunctionEnv, true> = { METRICS_NAMESPACE: true };
const endpointVariables: Record<keyof EndpointEnv, true> = {
  ...functionVariables,
  TABLE_NAME: true,
  PERSONA_REMEMBER_SECONDS: true,
  EXPIRE_UNUSED_DAYS: true,
  EXPIRE_IDLE_DAYS: true,
  EXPIRE_ENDED_DAYS: true,
  SESSIONS_BY_USER: true,
  RATE_LIMITS: true,
};
const authorizerVariables: Record<keyof AuthorizerEnv, true> = {
  ...functionVariables,
  TABLE_NAME: true,
  API_KEY_REMEMBER_SECONDS: true,
  JWT_ISSUERS: true,
};

function environmentOf(name: string, synthesis = dev): Record<string, unknown> {
  return functionOf(name, synthesis).Properties.Environment?.Variables ?? {};
}

/** With references in the place of what only a deployment knows. */
function textsOf(environment: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : referredTo(value),
    ]),
  );
}

it('there is one function for each operation, one for unknown paths and the authorizer, and no other', () => {
  expect(
    resources('AWS::Lambda::Function')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(everything.map((name) => functionOf(name).id).sort());
});

describe.each(everything)('the function %s', (name) => {
  const lambda = functionOf(name);

  it('runs on Node.js 24 and arm64', () => {
    expect(lambda.Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  it('logs JSON to a group of its own, which does not grow for ever', () => {
    const { LogFormat, LogGroup } = lambda.Properties.LoggingConfig;
    expect(LogFormat).toBe('JSON');
    expect(byId(referredTo(LogGroup)).Properties.RetentionInDays).toBe(14);
    const groups = resources('AWS::Lambda::Function').map(({ Properties }) =>
      referredTo(Properties.LoggingConfig.LogGroup),
    );
    expect(groups.filter((group) => group === referredTo(LogGroup))).toHaveLength(1);
  });

  it('is deployed with code and nothing else: no source maps, no leftovers', () => {
    expect(deployedFiles(lambda)).toEqual(
      name === AUTHORIZER ? ['find-api-key.cjs', 'index.cjs'] : ['index.cjs'],
    );
    for (const file of deployedFiles(lambda)) {
      expect(readFileSync(join(deployedFolder(lambda), file), 'utf8')).not.toContain('sourceMappingURL');
    }
    expect(environmentOf(name)).not.toHaveProperty('NODE_OPTIONS');
  });

  it('finds nothing of the machine that built it in its code', () => {
    for (const file of deployedFiles(lambda)) {
      expect(readFileSync(join(deployedFolder(lambda), file), 'utf8')).not.toContain(process.cwd());
    }
  });
});

describe('the environment', () => {
  it.each(operations)('of %s is complete, and names the table of the stack', (name) => {
    expect(Object.keys(environmentOf(name)).sort()).toEqual(Object.keys(endpointVariables).sort());
    expect(environmentOf(name).TABLE_NAME).toEqual({ Ref: only('AWS::DynamoDB::GlobalTable').id });
    expect(readEndpointEnv(textsOf(environmentOf(name))).expiryDays).toEqual({});
    expect(readEndpointEnv(textsOf(environmentOf(name, configured))).expiryDays).toEqual({
      unused: 7,
      idle: 30,
      ended: 90,
    });
  });

  it('of the authorizer is complete, and trusts no issuer until one is named', () => {
    expect(Object.keys(environmentOf(AUTHORIZER)).sort()).toEqual(Object.keys(authorizerVariables).sort());
    expect(readAuthorizerEnv(textsOf(environmentOf(AUTHORIZER)))).toMatchObject({
      apiKeyRememberMs: 5_000,
      jwtIssuers: [],
    });
  });

  it('of the function for unknown paths says where its metrics go: it needs nothing else', () => {
    expect(Object.keys(environmentOf(UNKNOWN_ROUTE))).toEqual(Object.keys(functionVariables));
  });

  it.each(everything)('of %s gives the metrics of each stage a place of their own', (name) => {
    expect(environmentOf(name).METRICS_NAMESPACE).toBe('MoonbornChatSessions/dev');
    expect(environmentOf(name, prod).METRICS_NAMESPACE).toBe('MoonbornChatSessions/prod');
  });
});

describe('what was configured', () => {
  it('holds for the size of the functions', () => {
    for (const name of [...operations, UNKNOWN_ROUTE]) {
      expect(functionOf(name, configured).Properties).toMatchObject({ MemorySize: 1024, Timeout: 20 });
    }
    expect(functionOf(AUTHORIZER, configured).Properties).toMatchObject({ MemorySize: 256, Timeout: 8 });
  });

  it('holds for every log group', () => {
    const daysOf = (synthesis: typeof dev) =>
      new Set(
        resources('AWS::Logs::LogGroup', synthesis).map(({ Properties }) => Properties.RetentionInDays),
      );
    expect(daysOf(dev)).toEqual(new Set([14]));
    expect(daysOf(prod)).toEqual(new Set([90]));
    expect(daysOf(configured)).toEqual(new Set([30]));
  });

  it('keeps the logs of prod when its stack is deleted, and those of dev no longer than dev', () => {
    const policiesOf = (synthesis: typeof dev) =>
      new Set(resources('AWS::Logs::LogGroup', synthesis).map(({ DeletionPolicy }) => DeletionPolicy));
    expect(policiesOf(dev)).toEqual(new Set(['Delete']));
    expect(policiesOf(prod)).toEqual(new Set(['RetainExceptOnCreate']));
  });
});
