// Lets the workflows of one repository into this account with GitHub's own tokens, so that no key is stored anywhere.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface GitHubAccessStackProps extends StackProps {
  /** `owner/name` */
  readonly repository: string;
  /** Those that are deployed into this account; each is an environment of the repository by the same name. */
  readonly stages: readonly string[];
}

const ISSUER = 'token.actions.githubusercontent.com';
/** What `cdk bootstrap` calls its roles by default. */
const BOOTSTRAP = 'cdk-hnb659fds';

export class GitHubAccessStack extends Stack {
  readonly #provider: OidcProviderNative;
  readonly #repository: string;

  constructor(scope: Construct, id: string, { repository, stages, ...props }: GitHubAccessStackProps) {
    super(scope, id, { description: `What the workflows of ${repository} may do`, ...props });
    this.#repository = repository;
    this.#provider = new OidcProviderNative(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    });

    const diff = this.#role('Diff', 'pull_request', 'Looks at what is deployed');
    diff.addToPolicy(this.#mayTake('lookup'));
    for (const stage of stages) {
      const id = `Deploy${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
      const deploy = this.#role(
        id,
        `environment:${stage}`,
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
  }

  /** @param who the end of the subject that GitHub puts into the token of a job */
  #role(id: string, who: string, description: string): Role {
    const role = new Role(this, id, {
      description,
      assumedBy: new WebIdentityPrincipal(this.#provider.openIdConnectProviderArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:sub`]: `repo:${this.#repository}:${who}`,
        },
      }),
    });
    new CfnOutput(this, `${id}Role`, { value: role.roleArn });
    return role;
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
