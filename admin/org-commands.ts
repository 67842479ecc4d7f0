// `org …`: the commands for orgs.
import type { Command } from 'commander';
import type { Table } from '../functions/dynamodb/table.ts';
import { type Answer, columns } from './answer.ts';
import { configOption, configOptions, stageOption } from './config-options.ts';
import { onTable } from './on-table.ts';
import { id, planName } from './option-values.ts';
import { findOrg, setOrgPlan } from './org-plan.ts';
import type { ConfigOptions } from './stage-config.ts';

interface OrgOptions {
  readonly org: string;
}

interface SetOptions extends OrgOptions {
  readonly plan: string;
}

export function addOrgCommands(program: Command): void {
  const org = program.command('org').description('put orgs on plans, and show them');

  org
    .command('set')
    .description('Put an org on a plan, which decides how many requests it may make in a minute.')
    .requiredOption('--org <id>', 'the org', id)
    .requiredOption('--plan <name>', 'a plan of the stack’s configuration (limits.plans)', planName)
    .addOption(configOption())
    .addOption(stageOption())
    .action((options: SetOptions, command: Command) => {
      const configuration = configOptions(command);
      return onTable(command, (table) => setPlan(table, options, configuration));
    });

  org
    .command('show')
    .description('Show the plan of an org.')
    .requiredOption('--org <id>', 'the org', id)
    .action(({ org }: OrgOptions, command: Command) => onTable(command, (table) => show(table, org)));
}

async function setPlan(
  table: Table,
  { org: orgId, plan }: SetOptions,
  configuration: ConfigOptions,
): Promise<Answer> {
  // Imported here, since the configuration loads the CDK, for which no other command should wait.
  const { refuseUnknownPlan } = await import('./stage-config.ts');
  refuseUnknownPlan(plan, configuration);
  const { org, previousPlan } = await setOrgPlan(table, { orgId, plan });
  return {
    json: { org, previousPlan },
    text:
      previousPlan === plan
        ? `Org ${orgId} was on the plan "${plan}" already.`
        : `Org ${orgId} is on the plan "${plan}" now (before: ${previousPlan ?? 'none'}).`,
    remarks: ['It takes effect within a minute.'],
  };
}

async function show(table: Table, orgId: string): Promise<Answer> {
  const org = await findOrg(table, orgId);
  return {
    json: { org },
    text: columns([
      ['org', org.orgId],
      ['plan', org.plan ?? '(none: the stack’s default plan holds)'],
      ['updated', org.updatedAt ?? 'never'],
    ]),
  };
}
