// The table: what keeps its data safe, and what it costs.
import { describe, expect, it } from 'vitest';
import { sessionsByUser } from '../../functions/routes.ts';
import { configured, dev, only, prod } from './template.ts';

describe.each([
  ['dev', dev],
  ['prod', prod],
])('the table of %s', (_stage, synthesis) => {
  const table = only('AWS::DynamoDB::GlobalTable', synthesis);
  const [replica, ...others] = table.Properties.Replicas;

  it('has the keys that everything is found by', () => {
    expect(table.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table.Properties.AttributeDefinitions).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ]);
  });

  it('has no index, so a write is paid once', () => {
    expect(table.Properties.GlobalSecondaryIndexes).toBeUndefined();
    expect(table.Properties.LocalSecondaryIndexes).toBeUndefined();
  });

  it('is paid by use', () => {
    expect(table.Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  it('can be put back to any second of the last weeks', () => {
    expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    expect(others).toEqual([]);
  });

  it('is not deleted by mistake, nor with the stack, nor when the stack replaces it', () => {
    expect(replica.DeletionProtectionEnabled).toBe(true);
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.UpdateReplacePolicy).toBe('Retain');
  });

  it('has no fixed name, so that a replacement can stand beside it', () => {
    expect(table.Properties.TableName).toBeUndefined();
  });

  it('lets items go when their time is over', () => {
    expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  });

  it('tells of every change, before and after', () => {
    expect(table.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });
});

describe('the table whose configuration asks for the sessions of a user', () => {
  const { Properties } = only('AWS::DynamoDB::GlobalTable', configured);

  it('has that index and no other, with all attributes, so that a page is one query', () => {
    expect(Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: sessionsByUser.name,
        KeySchema: [
          { AttributeName: sessionsByUser.partitionAttribute, KeyType: 'HASH' },
          { AttributeName: sessionsByUser.sortAttribute, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
    expect(Properties.LocalSecondaryIndexes).toBeUndefined();
  });

  it('is the same table otherwise, so that switching it on replaces nothing', () => {
    const before = only('AWS::DynamoDB::GlobalTable', prod);
    const { GlobalSecondaryIndexes: _index, AttributeDefinitions, Replicas, ...rest } = Properties;
    const [{ GlobalSecondaryIndexes: _ofReplica, ...replica }] = Replicas;
    expect({ ...rest, Replicas: [replica] }).toEqual({
      ...before.Properties,
      AttributeDefinitions: undefined,
    });
    expect(AttributeDefinitions).toEqual(expect.arrayContaining(before.Properties.AttributeDefinitions));
    expect(only('AWS::DynamoDB::GlobalTable', configured).id).toBe(before.id);
  });
});
