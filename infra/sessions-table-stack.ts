// A stack of its own for the single table, out of reach of whatever a deployment of the functions does.
import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  StreamViewType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { sessionsByUser } from '../functions/routes.ts';
import type { Config } from './config.ts';

export interface SessionsTableStackProps extends StackProps {
  readonly config: Pick<Config, 'sessionsByUser'>;
}

/** With all attributes, so that a page of sessions is one query and no further read. */
const SESSIONS_BY_USER: GlobalSecondaryIndexPropsV2 = {
  indexName: sessionsByUser.name,
  partitionKey: { name: sessionsByUser.partitionAttribute, type: AttributeType.STRING },
  sortKey: { name: sessionsByUser.sortAttribute, type: AttributeType.STRING },
};

export class SessionsTableStack extends Stack {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { config, ...props }: SessionsTableStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    this.table = new TableV2(this, 'Sessions', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: config.sessionsByUser ? [SESSIONS_BY_USER] : [],
    });
    // As exports: CloudFormation refuses to replace or remove a table that a stack still imports.
    CrossStackReferences.of(this.table).produce(ReferenceStrength.STRONG);
    // Whether or not somebody follows the stream, so that whoever did can be removed before the export would be.
    this.exportValue(this.table.tableStreamArn);
  }
}
