// The keys of the stage: those that AWS owns, those that AWS manages in the account, or one of the customer.
import { Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

/** What AWS documents for a caller of each service under a customer's key. */
const KEY_ACTIONS = {
  dynamodb: ['kms:Decrypt'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

export class Encryption {
  readonly #setting: Config['encryption'];
  /** The customer's key. Its own policy must allow the services: docs/operations.md has it. */
  readonly key: IKey | undefined;
  readonly #stack: Stack;

  constructor(scope: Construct, setting: Config['encryption']) {
    this.#setting = setting;
    this.#stack = Stack.of(scope);
    this.key = setting.startsWith('arn:') ? Key.fromKeyArn(scope, 'Key', setting) : undefined;
  }

  get table(): TableEncryptionV2 {
    if (this.key !== undefined) {
      return TableEncryptionV2.customerManagedKey(this.key);
    }
    return this.#setting === 'managed'
      ? TableEncryptionV2.awsManagedKey()
      : TableEncryptionV2.dynamoOwnedKey();
  }

  get queue(): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
    if (this.key !== undefined) {
      return { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key };
    }
    return {
      encryption: this.#setting === 'managed' ? QueueEncryption.KMS_MANAGED : QueueEncryption.SQS_MANAGED,
    };
  }

  /** Allows a role what its calls of the service need of the customer's key, through that service only. */
  grantUse(grantee: IGrantable, service: keyof typeof KEY_ACTIONS): void {
    if (this.key !== undefined) {
      Grant.addToPrincipal({
        grantee,
        actions: [...KEY_ACTIONS[service]],
        resourceArns: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${this.#stack.region}.amazonaws.com` } },
      });
    }
  }
}
