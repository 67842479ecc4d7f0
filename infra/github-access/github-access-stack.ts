// Lets the workflows of one repository into the account of one stage with GitHub's own tokens, so that no key is stored anywhere.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface GitHubAccessStackProps extends StackProps {
  /** `owner/name` */
  readonly repository: string;
  /** The one that is deployed into this account; an environment of the repository has the same name. */
  readonly stage: string;
  /** The only one that is deployed. */
  readonly branch: string;
  /** Whether the account has GitHub's identity provider already: there can be one only. */
  readonly hasProvider: boolean;
}

const ISSUER = 'token.actions.githubusercontent.com';
/** What `cdk bootstrap` calls its roles by default. */
const BOOTSTRAP = 'cdk-hnb659fds';

export class GitHubAccessStack extends Stack {
  readonly #providerArn: string;
  readonly #repository: string;

  constructor(scope: Construct, id: string, props: GitHubAccessStackProps) {
    const { repository, stage, branch, hasProvider, ...stackProps } = props;
    super(scope, id, { description: `What the workflows of ${repository} may do`, ...stackProps });
    this.#repository = repository;
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
      // The environment alone would let any branch in that its rules let in, and without rules that is every branch.
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
   * The name is the same for every stage, so that IAM refuses a second stage in the account: who may deploy one stage is in
   * effect the account's administrator, by the role with which `cdk bootstrap` lets CloudFormation act.
   *
   * @param who the end of the subject that GitHub puts into the token of a job
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
          resourceName: `${BOOTSTRAP}-${purpose}-role-${this.account}-${this.region}`,
        }),
      ),
    });
  }
}
