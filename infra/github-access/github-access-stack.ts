// Roles that the workflows of one repository assume with GitHub's OIDC tokens, in the account of one stage: no key is stored.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface GitHubAccessStackProps extends StackProps {
  /** `owner/name` */
  readonly repository: string;
  /** The stage that is deployed into this account. An environment of the repository has the same name. */
  readonly stage: string;
  /** The only branch that is deployed. */
  readonly branch: string;
  /** Of the bootstrap, in the names of its roles. */
  readonly qualifier: string;
  /** Whether the account already has GitHub's identity provider: an account can have only one. */
  readonly hasProvider: boolean;
}

const ISSUER = 'token.actions.githubusercontent.com';

export class GitHubAccessStack extends Stack {
  readonly #providerArn: string;
  readonly #repository: string;
  readonly #qualifier: string;

  constructor(scope: Construct, id: string, props: GitHubAccessStackProps) {
    const { repository, stage, branch, qualifier, hasProvider, ...stackProps } = props;
    super(scope, id, { description: `Roles for the workflows of ${repository}`, ...stackProps });
    this.#repository = repository;
    this.#qualifier = qualifier;
    this.#providerArn = hasProvider ? this.#existingProviderArn() : this.#newProviderArn();

    const stacks = [`MoonbornChatSessions-${stage}`, `MoonbornChatSessions-${stage}-Data`];
    const diff = this.#role('Diff', 'pull_request', {}, `Reads the templates of ${stage}`);
    diff.addToPolicy(
      new PolicyStatement({
        actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
        resources: stacks.map((name) =>
          this.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${name}/*` }),
        ),
      }),
    );
    const deploy = this.#role(
      'Deploy',
      `environment:${stage}`,
      // The environment alone would allow every branch that its rules allow, and without rules that is any branch.
      { [`${ISSUER}:ref`]: `refs/heads/${branch}` },
      `Deploys ${stage} and calls what the smoke test needs`,
    );
    deploy.addToPolicy(this.#mayTake('deploy', 'file-publishing', 'lookup'));
    deploy.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
        resources: [
          this.formatArn({
            service: 'dynamodb',
            resource: 'table',
            resourceName: `MoonbornChatSessions-${stage}-Data-*`,
          }),
        ],
      }),
    );
  }

  /**
   * The name is the same for every stage, so that IAM refuses a second stage in the account: with the role that
   * `cdk bootstrap` gives to CloudFormation, the right to deploy one stage is in effect administrator access to the account.
   *
   * @param who the end of the subject claim in the token of a GitHub job
   */
  #role(id: string, who: string, conditions: Record<string, string>, description: string): Role {
    const role = new Role(this, id, {
      roleName: `MoonbornGitHub${id}`,
      description,
      assumedBy: new WebIdentityPrincipal(this.#providerArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:sub`]: `repo:${this.#repository}:${who}`,
          ...conditions,
        },
      }),
    });
    new CfnOutput(this, `${id}Role`, { value: role.roleArn });
    return role;
  }

  #newProviderArn(): string {
    return new OidcProviderNative(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    }).openIdConnectProviderArn;
  }

  #existingProviderArn(): string {
    return this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: ISSUER });
  }

  #mayTake(...purposes: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: purposes.map((purpose) =>
        this.formatArn({
          service: 'iam',
          region: '',
          resource: 'role',
          resourceName: `cdk-${this.#qualifier}-${purpose}-role-${this.account}-${this.region}`,
        }),
      ),
    });
  }
}
