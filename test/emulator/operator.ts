// An operator with the rights that the role for GitHub has, and with no others.
import type { Run } from './run.ts';
import { query } from './stage.ts';

export const REPOSITORY = 'moonborn/chat';

const ROLE = ['--role-name', 'MoonbornGitHubDeploy'];
const USER = ['--user-name', 'operator'];

/** @returns the variables of a new user with the policies of the role, which one stage has, for both stages */
export async function newOperator(owner: Run): Promise<Record<string, string>> {
  const context = [
    '--context',
    `repository=${REPOSITORY}`,
    '--context',
    'stage=dev',
    '--context',
    'provider=existing',
  ];
  await owner(
    'npm',
    'run',
    '--silent',
    'github-access',
    '--',
    'deploy',
    '--require-approval',
    'never',
    ...context,
  );
  const [policy] = await query(owner, 'iam list-role-policies', 'PolicyNames', ...ROLE);
  const rights = await query(
    owner,
    'iam get-role-policy',
    'PolicyDocument',
    ...ROLE,
    '--policy-name',
    policy,
  );
  const document = JSON.stringify(rights).replaceAll('Sessions-dev-Data', 'Sessions-*-Data');
  await owner('aws', 'iam', 'create-user', ...USER);
  await owner(
    'aws',
    'iam',
    'put-user-policy',
    ...USER,
    '--policy-name',
    policy,
    '--policy-document',
    document,
  );
  const key = await query(owner, 'iam create-access-key', 'AccessKey', ...USER);
  return { AWS_ACCESS_KEY_ID: key.AccessKeyId, AWS_SECRET_ACCESS_KEY: key.SecretAccessKey };
}
