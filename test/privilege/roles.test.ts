// The reader of roles refuses whatever it could misjudge.
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../local/assembly/intrinsics.ts';
import { grantsIn, NotPlain } from './roles.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/sessions';
const scope = { template: { Resources: {} } } as unknown as Scope;
const plain = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE };

it('a plain permission is read as it stands', () => {
  expect(grantsIn(plain, scope, 'policy')).toEqual([{ action: 'dynamodb:GetItem', resource: TABLE }]);
  expect(
    grantsIn({ ...plain, Action: ['dynamodb:GetItem', 'dynamodb:Query'] }, scope, 'policy'),
  ).toHaveLength(2);
});

it('a key through one service is allowed through that service only', () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/1';
  const through = (operator: string) => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: key,
    Condition: { [operator]: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
  });
  expect(grantsIn(through('StringEquals'), scope, 'policy')).toEqual([
    { action: 'kms:Decrypt', resource: key, via: 'dynamodb.us-east-1.amazonaws.com' },
  ]);
  expect(() => grantsIn(through('StringLike'), scope, 'policy')).toThrow(NotPlain);
  expect(() => grantsIn({ ...through('StringEquals'), Action: 'dynamodb:GetItem' }, scope, 'policy')).toThrow(
    NotPlain,
  );
});

describe('a statement is refused', () => {
  it.each([
    ['that denies', { ...plain, Effect: 'Deny' }],
    ['with a condition', { ...plain, Condition: { StringEquals: {} } }],
    ['about all but some actions', { Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: TABLE }],
    ['about all but some resources', { Effect: 'Allow', Action: 'dynamodb:GetItem', NotResource: TABLE }],
    ['for somebody', { ...plain, Principal: '*' }],
    ['with every action', { ...plain, Action: '*' }],
    ['with every action of a service', { ...plain, Action: 'dynamodb:*' }],
    ['with some actions of a kind', { ...plain, Action: ['dynamodb:GetItem', 'dynamodb:Batch*'] }],
    ['with an action in lower case, which IAM would take too', { ...plain, Action: 'dynamodb:getitem' }],
    ['with every resource', { ...plain, Resource: '*' }],
    ['with some resources of a kind', { ...plain, Resource: `${TABLE}/index/*` }],
    ['with a question mark', { ...plain, Resource: `${TABLE.slice(0, -1)}?` }],
    ['with every log group', { ...plain, Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:*:*' }],
    ['without a resource', { Effect: 'Allow', Action: 'dynamodb:GetItem' }],
  ])('%s', (_what, statement) => {
    expect(() => grantsIn(statement, scope, 'policy')).toThrow(NotPlain);
  });
});
