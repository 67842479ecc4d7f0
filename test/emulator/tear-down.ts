// The removal of everything, by the commands of the page, and what stays after each.
import { deepEqual, rejects } from 'node:assert/strict';
import { REPOSITORY } from './operator.ts';
import { commandsOf } from './page-commands.ts';
import type { Run } from './run.ts';
import { query } from './stage.ts';
import type { Steps } from './steps.ts';

/** @param as runs commands of the account's owner with further variables; CDK_APP is the assembly that was deployed */
export async function tearDown(
  steps: Steps,
  as: (variables: Record<string, string>) => Run,
  stages: Readonly<Record<string, { readonly logGroupsStay: number }>>,
): Promise<void> {
  const [service, data, logs, github, bootstrap] = commandsOf('docs/operations.md', 'Tear-down');
  for (const [stage, { logGroupsStay }] of Object.entries(stages)) {
    // The page's `cdk` does not ask.
    const shell = as({ stage, CDK_FORCE: 'true' });
    await steps.step(`${stage} is destroyed: the table stays, and ${logGroupsStay} log groups`, async () => {
      await paste(shell, service?.replace('stage=prod\n', ''));
      deepEqual(await left(shell, stage), { functions: 0, tables: 1, logGroups: logGroupsStay });
      await rejects(
        shell('npx', 'cdk', 'destroy', `MoonbornChatSessions-${stage}-Data`),
        /TerminationProtection/,
      );
    });
    await steps.step(`${stage} is removed for good`, async () => {
      await paste(shell, data);
      await paste(shell, logs);
      deepEqual(await left(shell, stage), { functions: 0, tables: 0, logGroups: 0 });
    });
  }
  await steps.step('the roles for GitHub and the bootstrap are removed: nothing stays', async () => {
    const shell = as({ stage: 'dev', CDK_FORCE: 'true' });
    await paste(shell, github?.replace('<owner>/<name>', `${REPOSITORY} --context provider=existing`));
    await paste(shell, bootstrap);
    const stacks = "StackSummaries[?StackStatus!='DELETE_COMPLETE'].StackName";
    deepEqual(await query(shell, 'cloudformation list-stacks', stacks), []);
    deepEqual(await query(shell, 'iam list-roles', 'Roles[].RoleName'), []);
    deepEqual(await query(shell, 's3api list-buckets', 'Buckets[].Name'), []);
  });
}

function paste(shell: Run, commands = ''): Promise<string> {
  return shell('bash', '-euo', 'pipefail', '-c', commands);
}

/** Counted by the names that CloudFormation gives. */
async function left(run: Run, stage: string): Promise<Record<string, number>> {
  const count = (command: string, names: string) =>
    query(run, command, `length(${names} | [?contains(@, 'MoonbornChatSessions-${stage}')])`);
  return {
    functions: await count('lambda list-functions', 'Functions[].FunctionName'),
    tables: await count('dynamodb list-tables', 'TableNames'),
    logGroups: await count('logs describe-log-groups', 'logGroups[].logGroupName'),
  };
}
