// Under a customer's key, each role gets what AWS wants of a caller of an encrypted table or queue, and nothing else.
import { describe, expect, inject, it } from 'vitest';
import { type FunctionRole, type Grant, PLACE, readFunctionRoles } from './roles.ts';

const assemblies = inject('assemblies');
const key = inject('customerKey');
const withKey = readFunctionRoles(assemblies.keyed);
const withoutKey = readFunctionRoles(assemblies.complete);

const ofKey = ({ action }: Grant) => action.startsWith('kms:');
const uses = ({ grants }: FunctionRole, service: string) =>
  grants.some(({ action }) => action.startsWith(`${service}:`));
const via = (service: string) => `${service}.${PLACE.region}.amazonaws.com`;
const sorted = (grants: readonly Grant[]) => grants.map((grant) => JSON.stringify(grant)).sort();

describe.each(withKey.map((role) => [role.functionId, role] as const))('%s', (functionId, role) => {
  it('may decrypt through DynamoDB if it uses the table, use the key through SQS if it sends, and is otherwise denied the key', () => {
    const expected: Grant[] = [
      ...(uses(role, 'dynamodb') ? [{ action: 'kms:Decrypt', resource: key, via: via('dynamodb') }] : []),
      ...(uses(role, 'sqs')
        ? ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({ action, resource: key, via: via('sqs') }))
        : []),
    ];
    expect(sorted(role.grants.filter(ofKey))).toEqual(sorted(expected));
  });

  it('is allowed the same as without the key, and without it nothing of keys', () => {
    const before = withoutKey.find((other) => other.functionId === functionId);
    expect(sorted(role.grants.filter((grant) => !ofKey(grant)))).toEqual(sorted(before?.grants ?? []));
  });
});

it('some functions use the table, some send to a queue, and some need no key', () => {
  const count = (test: (role: FunctionRole) => boolean) => withKey.filter(test).length;
  expect(count((role) => uses(role, 'dynamodb'))).toBeGreaterThan(8);
  expect(count((role) => uses(role, 'sqs'))).toBe(2);
  expect(count((role) => !role.grants.some(ofKey))).toBe(2);
});
