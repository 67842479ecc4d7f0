// Resolves references from resources of an API to each other and to functions.
import type { Stack } from './stacks.ts';

export function propertiesOf(stack: Stack, logicalId: string, type: string): unknown {
  const resource = stack.scope.template.Resources[logicalId];
  if (resource?.Type !== type) {
    throw new Error(`Stack ${stack.name} has no ${type} named "${logicalId}".`);
  }
  return resource.Properties;
}

/** @param uri the ARN of a function, a version or an alias, or the URI with which API Gateway invokes it */
export function functionNameIn(uri: string | undefined, logicalId: string): string {
  const name = /:function:([A-Za-z0-9_-]+)/.exec(uri ?? '')?.[1];
  if (name === undefined) {
    throw new Error(`${logicalId}: "${uri}" does not name a Lambda function.`);
  }
  return name;
}

export function cannotHonour(logicalId: string, what: string): Error {
  return new Error(
    `${logicalId}: the local stack cannot honour ${what}, and would behave differently from AWS.`,
  );
}
