// The operator's AWS settings, read as by the AWS CLI: the SDK ignores AWS_DEFAULT_REGION, and its errors name no profile.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { Refused } from './refused.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns `undefined` when only a profile may name the region. */
export function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: Environment): string | undefined {
  return AWS_REGION || AWS_DEFAULT_REGION || undefined;
}

/** @throws Refused when AWS_PROFILE names a profile that no settings file has. */
export async function refuseUnknownProfile({ AWS_PROFILE }: Environment): Promise<void> {
  if (!AWS_PROFILE) {
    return;
  }
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  if (configFile[AWS_PROFILE] === undefined && credentialsFile[AWS_PROFILE] === undefined) {
    throw new Refused(
      `There is no AWS profile "${AWS_PROFILE}". Check AWS_PROFILE; "aws configure list-profiles" lists the existing ones.`,
    );
  }
}
