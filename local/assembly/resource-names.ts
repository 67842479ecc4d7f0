// The names, ids and ARNs of resources in the local stack, always the same for the same template.
import { createHash } from 'node:crypto';
import { resolveText, type Scope } from './intrinsics.ts';
import type { Resource } from './template.ts';

interface Identity {
  /** The value of `Ref`. */
  ref: string;
  /** The values of `Fn::GetAtt`. */
  attributes: Record<string, string>;
}

export function identityOf(logicalId: string, resource: Resource, scope: Scope): Identity {
  const text = (property: string) =>
    resolveText(resource.Properties?.[property], scope, `${logicalId}.${property}`);
  const name = (property: string) =>
    resource.Properties?.[property] === undefined ? `${scope.stackName}-${logicalId}` : text(property);
  const arn = (service: string, path: string) =>
    `arn:aws:${service}:${scope.region}:${scope.accountId}:${path}`;

  switch (resource.Type) {
    case 'AWS::Lambda::Function': {
      const functionName = name('FunctionName').slice(0, 64);
      return { ref: functionName, attributes: { Arn: arn('lambda', `function:${functionName}`) } };
    }
    case 'AWS::Lambda::Version': {
      const versionArn = `${functionArn(text('FunctionName'), scope)}:1`;
      return { ref: versionArn, attributes: { Version: '1', FunctionArn: versionArn } };
    }
    case 'AWS::Lambda::Alias': {
      const aliasArn = `${functionArn(text('FunctionName'), scope)}:${text('Name')}`;
      return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
    }
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const tableName = name('TableName');
      const tableArn = arn('dynamodb', `table/${tableName}`);
      const attributes = { Arn: tableArn, StreamArn: `${tableArn}/stream/local`, TableId: shortId(tableArn) };
      return { ref: tableName, attributes };
    }
    case 'AWS::ApiGatewayV2::Api': {
      const apiId = shortId(`${scope.stackName}/${logicalId}`);
      const endpoint = `https://${apiId}.execute-api.${scope.region}.amazonaws.com`;
      return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: endpoint } };
    }
    case 'AWS::ApiGatewayV2::Stage':
      return { ref: text('StageName'), attributes: {} };
    case 'AWS::ApiGatewayV2::Authorizer':
      return { ref: logicalId, attributes: { AuthorizerId: logicalId } };
    case 'AWS::Lambda::EventSourceMapping':
      return { ref: logicalId, attributes: { Id: logicalId } };
    case 'AWS::ApiGatewayV2::Integration':
      return { ref: logicalId, attributes: { IntegrationId: logicalId } };
    case 'AWS::IAM::Role': {
      const roleName = name('RoleName').slice(0, 64);
      const attributes = {
        Arn: `arn:aws:iam::${scope.accountId}:role/${roleName}`,
        RoleId: shortId(roleName),
      };
      return { ref: roleName, attributes };
    }
    case 'AWS::Logs::LogGroup': {
      const groupName = name('LogGroupName');
      return { ref: groupName, attributes: { Arn: arn('logs', `log-group:${groupName}:*`) } };
    }
    case 'AWS::SNS::Topic': {
      const topicName = name('TopicName');
      const topicArn = arn('sns', topicName);
      return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: topicName } };
    }
    case 'AWS::SQS::Queue': {
      const queueName = name('QueueName');
      const url = `https://sqs.${scope.region}.amazonaws.com/${scope.accountId}/${queueName}`;
      return { ref: url, attributes: { Arn: arn('sqs', queueName), QueueName: queueName, QueueUrl: url } };
    }
    case 'AWS::Events::EventBus': {
      const busName = name('Name');
      return { ref: busName, attributes: { Arn: arn('events', `event-bus/${busName}`), Name: busName } };
    }
    default:
      throw new Error(
        `The local stack cannot resolve a reference to ${logicalId} (${resource.Type}). ` +
          'Add the type to local/assembly/resource-names.ts.',
      );
  }
}

/** CloudFormation accepts a function's name or its ARN. */
function functionArn(nameOrArn: string, scope: Scope): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:lambda:${scope.region}:${scope.accountId}:function:${nameOrArn}`;
}

function shortId(seed: string): string {
  const number = BigInt(`0x${createHash('sha256').update(seed).digest('hex')}`);
  return number.toString(36).slice(0, 10);
}
