// Every way into the API, and the authorizer that stands before each.
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import {
  AUTHORIZER,
  byId,
  configured,
  functionBehindAlias,
  functionOf,
  only,
  PREFLIGHT,
  referredTo,
  resources,
  UNKNOWN_ROUTE,
} from './template.ts';

const routesInTemplate = resources('AWS::ApiGatewayV2::Route');

function routeOf(routeKey: string) {
  const route = routesInTemplate.find(({ Properties }) => Properties.RouteKey === routeKey);
  if (route === undefined) {
    throw new Error(`The template has no route ${routeKey}`);
  }
  return route;
}

function functionBehind(routeKey: string): string {
  const integration = byId(referredTo(routeOf(routeKey).Properties.Target));
  expect(integration.Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  return functionBehindAlias(integration.Properties.IntegrationUri);
}

describe('the API', () => {
  it('has one route for each operation, one for everything else, and no other', () => {
    expect(routesInTemplate.map(({ Properties }) => Properties.RouteKey).sort()).toEqual(
      ['$default', ...Object.values(routes).map(({ method, path }) => `${method} ${path}`)].sort(),
    );
  });

  it.each(Object.entries(routes))('hands %s to its own function', (operation, { method, path }) => {
    expect(functionBehind(`${method} ${path}`)).toBe(functionOf(operation).id);
  });

  it('hands everything else to the function that answers in the envelope', () => {
    expect(functionBehind('$default')).toBe(functionOf(UNKNOWN_ROUTE).id);
  });

  it('may call every function behind it, and nobody else may', () => {
    const api = only('AWS::ApiGatewayV2::Api').id;
    const permissions = resources('AWS::Lambda::Permission');
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      });
      expect(JSON.stringify(Properties.SourceArn)).toContain(`{"Ref":"${api}"}`);
    }
    expect(permissions.map(({ Properties }) => functionBehindAlias(Properties.FunctionName)).sort()).toEqual(
      [AUTHORIZER, UNKNOWN_ROUTE, ...Object.keys(routes)].map((name) => functionOf(name).id).sort(),
    );
  });
});

describe('where web pages may call the API', () => {
  const all = resources('AWS::ApiGatewayV2::Route', configured);
  const routeKeyOf = ({ Properties }: { Properties: Record<string, unknown> }) => Properties.RouteKey;
  const preflights = all.find((route) => routeKeyOf(route) === 'OPTIONS /{proxy+}');

  it('preflights have a route of their own, without the authorizer: browsers send no credentials with them', () => {
    expect(preflights?.Properties.AuthorizationType).toBe('NONE');
    expect(preflights?.Properties).not.toHaveProperty('AuthorizerId');
    const integration = byId(referredTo(preflights?.Properties.Target), configured);
    expect(integration.Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
    expect(functionBehindAlias(integration.Properties.IntegrationUri, configured)).toBe(
      functionOf(PREFLIGHT, configured).id,
    );
  });

  it('every other route is what it is elsewhere, and behind the authorizer', () => {
    const others = all.filter((route) => route !== preflights);
    expect(others.map(routeKeyOf)).toEqual(routesInTemplate.map(routeKeyOf));
    for (const { Properties } of others) {
      expect(Properties.AuthorizationType).toBe('CUSTOM');
    }
  });
});

describe('the authorizer', () => {
  const authorizer = only('AWS::ApiGatewayV2::Authorizer');

  it.each(routesInTemplate.map((route) => [route.Properties.RouteKey, route]))(
    'stands before %s',
    (_routeKey, route) => {
      expect(route.Properties).toMatchObject({
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: authorizer.id },
      });
    },
  );

  it('is our function, spoken to in payload format 2.0 with simple answers', () => {
    expect(authorizer.Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
    });
    expect(functionBehindAlias(authorizer.Properties.AuthorizerUri)).toBe(functionOf(AUTHORIZER).id);
  });

  it('is asked on every call, credentials or none, since the gateway cannot refuse in our envelope', () => {
    expect(authorizer.Properties.IdentitySource ?? []).toEqual([]);
  });

  it('is never answered for from a cache of the gateway', () => {
    expect(authorizer.Properties.AuthorizerResultTtlInSeconds).toBe(0);
  });
});
