// The authorizer of a route.
import type { Authorizer } from './deployment.ts';
import { cannotHonour, functionNameIn, propertiesOf } from './gateway-resources.ts';
import { resolve } from './intrinsics.ts';
import type { Stack } from './stacks.ts';

interface AuthorizerProperties {
  AuthorizerType: string;
  AuthorizerUri?: string;
  AuthorizerPayloadFormatVersion?: string;
  AuthorizerResultTtlInSeconds?: number;
  EnableSimpleResponses?: boolean;
  IdentitySource?: string[];
}

export function readAuthorizer(
  stack: Stack,
  routeId: string,
  type: string | undefined,
  authorizerId: string | undefined,
): Authorizer | undefined {
  if (type === undefined || type === 'NONE') {
    return undefined;
  }
  if (type !== 'CUSTOM' || authorizerId === undefined) {
    throw cannotHonour(routeId, `AuthorizationType ${type}`);
  }
  const properties = propertiesOf(stack, authorizerId, 'AWS::ApiGatewayV2::Authorizer');
  const authorizer = resolve(properties, stack.scope) as AuthorizerProperties;
  const { AuthorizerType, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = authorizer;
  if (AuthorizerType !== 'REQUEST' || AuthorizerPayloadFormatVersion !== '2.0' || !EnableSimpleResponses) {
    throw new Error(
      `${authorizerId}: the local stack runs Lambda authorizers of payload format 2.0 with simple responses only.`,
    );
  }
  if (authorizer.AuthorizerResultTtlInSeconds !== 0) {
    throw new Error(
      `${authorizerId}: its results would be kept for ${authorizer.AuthorizerResultTtlInSeconds ?? 300} s. ` +
        'The local stack keeps none: set AuthorizerResultTtlInSeconds to 0.',
    );
  }
  return {
    functionName: functionNameIn(authorizer.AuthorizerUri, authorizerId),
    identitySources: authorizer.IdentitySource ?? [],
  };
}
