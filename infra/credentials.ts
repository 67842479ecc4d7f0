// Compares the account of a stage with the credentials at hand, before anything is deployed.
import type { Config } from './config.ts';

/** What the command line of the CDK tells its app where it has credentials, and so could deploy. */
export interface Credentials {
  readonly CDK_DEFAULT_ACCOUNT?: string | undefined;
  readonly CDK_DEFAULT_REGION?: string | undefined;
  readonly AWS_REGION?: string | undefined;
  readonly AWS_DEFAULT_REGION?: string | undefined;
}

/**
 * @param isOnlyStage whether the app has no other stage, so that the credentials must be for this one
 * @returns why the stage must not be deployed, or `undefined`. `dev` without `env` may be deployed into any account.
 */
export function refusalOf(
  { stage, env }: Pick<Config, 'stage' | 'env'>,
  credentials: Credentials,
  isOnlyStage: boolean,
): string | undefined {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: regionOrDefault } = credentials;
  if (!account) {
    return undefined;
  }
  if (env === null) {
    return stage === 'dev'
      ? undefined
      : `Stage "${stage}" names no account, and these credentials are for account ${account}. If that is the account of ${stage}, ` +
          `put "env": { "account": "${account}", "region": "${regionOrDefault}" } into its configuration (--context config=<file>)`;
  }
  if (!isOnlyStage) {
    return undefined;
  }
  const configured = `Stage "${stage}" is configured for account ${env.account} and region ${env.region} (env)`;
  if (account !== env.account) {
    return `${configured}, and these credentials are for account ${account}. Use credentials for ${env.account}`;
  }
  const region = credentials.AWS_REGION || credentials.AWS_DEFAULT_REGION || env.region;
  return region === env.region
    ? undefined
    : `${configured}, and AWS_REGION is ${region}. Set AWS_REGION to ${env.region}`;
}
