// A separate stack for the table, so that no deployment of the functions can affect it.
import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type ITableV2,
  StreamViewType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { sessionsByUser } from '../functions/routes.ts';
import type { Config } from './config.ts';
import { Encryption } from './encryption.ts';

export interface SessionsTableStackProps extends StackProps {
  readonly config: Pick<Config, 'sessionsByUser' | 'encryption'>;
}

/** What the service uses of its table, whichever that is. */
export interface SessionsTable extends Pick<ITableV2, 'tableName' | 'tableArn' | 'metric'> {
  readonly tableStreamArn?: string | undefined;
}

/** Projects all attributes, so that a page of sessions needs one query and no further read. */
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
      ...(config.encryption === 'aws' ? {} : { encryption: new Encryption(this, config.encryption).table }),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: config.sessionsByUser ? [SESSIONS_BY_USER] : [],
    });
    // Strong references are exports: CloudFormation does not replace or remove a table that another stack imports.
    CrossStackReferences.of(this.table).produce(ReferenceStrength.STRONG);
    // Exported even without a consumer: otherwise, removing the last consumer would remove an export still in use.
    this.exportValue(this.table.tableName);
    this.exportValue(this.table.tableArn);
    this.exportValue(this.table.tableStreamArn);
  }
}
