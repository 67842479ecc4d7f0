// Every action that a policy can name for DynamoDB: the calls that the SDK knows, and those that go by another name.
import * as dynamodb from '@aws-sdk/client-dynamodb';

const CALLS = Object.keys(dynamodb)
  .filter((name) => name.endsWith('Command'))
  .map((name) => name.replace(/Command$/, ''));

/** PartiQL, conditions inside transactions, streams, backups and purchases. */
const OTHERS = [
  'AssociateTableReplica',
  'ConditionCheckItem',
  'DeleteTableReplica',
  'CreateTableReplica',
  'DescribeReservedCapacity',
  'DescribeReservedCapacityOfferings',
  'DescribeStream',
  'GetRecords',
  'GetShardIterator',
  'ListStreams',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLSelect',
  'PartiQLUpdate',
  'PurchaseReservedCapacityOfferings',
  'RestoreTableFromAwsBackup',
  'StartAwsBackupJob',
];

export const DYNAMODB_ACTIONS = [...new Set([...CALLS, ...OTHERS])].map((name) => `dynamodb:${name}`).sort();
