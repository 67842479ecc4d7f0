// The operator commands: `npm run admin -- …`.
import { Command, CommanderError, Option } from 'commander';
import { addCostCommand } from './cost-command.ts';
import { HELP_FORMAT } from './help-format.ts';
import { addKeyCommands } from './key-commands.ts';
import { filled } from './option-values.ts';
import { addOrgCommands } from './org-commands.ts';
import { addPersonaCommands } from './persona-commands.ts';
import { Misused, Refused } from './refused.ts';
import { addSessionCommands } from './session-commands.ts';
import { addTableCommands } from './table-commands.ts';
import { addTokenCommands } from './token-commands.ts';
import { addUsageCommand } from './usage-command.ts';
import { addUserCommands } from './user-commands.ts';
import { withoutSecrets } from './without-secrets.ts';

const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;

const EXAMPLES = `
Examples:
  npm run admin -- persona create --local --org org_acme --new-org --id psn_ada --name "Ada"
  KEY=$(npm run --silent admin -- key issue --local --org org_acme --workspace ws_main \\
    --user usr_ci --scopes write:chat,read:chat --environment test --expires 30d)
  npm run admin -- usage --local --org org_acme --month 2026-11 --csv
  npm run admin -- key list --table MyTable --region eu-central-1 --org org_acme

Exit status: 0 done, 1 refused or failed, 2 called the wrong way.`;

function operatorCommands(wantsJson: boolean): Command {
  const program = new Command('npm run admin --')
    .description(
      'Personas, API keys, orgs, sessions, users, usage and cost of a Moonborn chat sessions stack, local or deployed.',
    )
    .addOption(
      new Option(
        '--local',
        'act on the local stack that runs now (it is named in .local/stack.json)',
      ).conflicts(['table', 'region']),
    )
    .option('--table <name>', 'act on this table with your AWS credentials (default: MOONBORN_TABLE)', filled)
    .option('--region <name>', 'the AWS region of the table (default: AWS_REGION or your profile)', filled)
    .option('--json', 'answer in JSON; errors too, on stderr')
    .configureHelp(HELP_FORMAT)
    .configureOutput({ outputError: (text) => writeError(text.replace(/^error: /, ''), wantsJson) })
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  addPersonaCommands(program);
  addKeyCommands(program);
  addOrgCommands(program);
  addSessionCommands(program);
  addUserCommands(program);
  addUsageCommand(program);
  addCostCommand(program);
  addTokenCommands(program);
  addTableCommands(program);
  return program;
}

/** @returns the exit status. */
async function run(argv: readonly string[]): Promise<number> {
  const wantsJson = argv.includes('--json');
  try {
    await operatorCommands(wantsJson).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : EXIT_USAGE;
    }
    writeError(error instanceof Refused ? error.message : `Unexpected: ${error}`, wantsJson);
    return error instanceof Misused ? EXIT_USAGE : EXIT_REFUSED;
  }
}

function writeError(message: string, asJson: boolean): void {
  const line = withoutSecrets(message.trim().replaceAll(/\s*\n\s*/g, ' '));
  process.stderr.write(asJson ? `${JSON.stringify({ error: { message: line } })}\n` : `error: ${line}\n`);
}

// A closed pipe (`… | head`) ends the process with an exit status, without a stack trace.
process.stdout.on('error', () => process.exit(EXIT_REFUSED));
process.exitCode = await run(process.argv.slice(2));
