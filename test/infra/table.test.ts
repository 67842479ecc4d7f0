// The table: what keeps its data safe, and what it costs.
import { describe, expect, it } from 'vitest';
import { dev, only, prod } from './template.ts';

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
