// `token check`: whether a session JWT would be accepted, and why not.
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { sessionJwtVerifier } from '../functions/access/session-jwt.ts';
import type { IssuerSettings } from '../functions/env.ts';
import { type Answer, columns, give } from './answer.ts';
import { checkToken, type TokenReport } from './check-token.ts';
import { configOption, configOptions, stageOption } from './config-options.ts';
import { Refused } from './refused.ts';
import type { ConfigOptions } from './stage-config.ts';

export function addTokenCommands(program: Command): void {
  program
    .command('token')
    .description('check session JWTs against a configuration')
    .command('check')
    .description(
      'Read a session JWT from standard input and tell claim by claim what the configuration makes of it. The token is never printed. Its keys are fetched from its issuer.',
    )
    .addOption(configOption())
    .addOption(stageOption())
    .action((_options: unknown, command: Command) => check(command));
}

/** @throws Refused after the report, when the token would not be accepted. */
async function check(command: Command): Promise<void> {
  const options = configOptions(command);
  const issuers = await issuersOf(options);
  const report = await checkToken(await readToken(), issuers, sessionJwtVerifier(issuers));
  give(command, answerOf(report));
  if (!report.letIn) {
    throw new Refused(
      report.reason === 'no_scope'
        ? 'Every call with this token would be answered with 403: it has no scope of use.'
        : `This token would be refused: ${report.reason}.`,
    );
  }
}

async function issuersOf(options: ConfigOptions): Promise<readonly IssuerSettings[]> {
  // Imported here, since the configuration loads the CDK, for which no other command should wait.
  const { configurationName, readStageConfig } = await import('./stage-config.ts');
  const { sessionJwt } = readStageConfig(options);
  if (sessionJwt === null) {
    throw new Refused(
      `${configurationName(options)} has no sessionJwt: it trusts no issuer and refuses every session JWT.${options.config === undefined ? ' Name the configuration file with --config.' : ''}`,
    );
  }
  return sessionJwt;
}

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) {
    process.stderr.write('Paste the token, then press Enter and Ctrl-D:\n');
  }
  const token = (await text(process.stdin)).trim().replace(/^Bearer +/i, '');
  if (token === '') {
    throw new Refused(
      'No token came on standard input. Pipe it in: npm run admin -- token check … < token.txt',
    );
  }
  return token;
}

function answerOf(report: TokenReport): Answer {
  const { letIn, caller } = report;
  const rows = report.findings.map(({ ok, about, found }) => [ok ? 'ok' : 'WRONG', about, found]);
  const advice = report.findings.flatMap(({ about, advice }) =>
    advice === undefined ? [] : [`${about}: ${advice}`],
  );
  const who =
    caller === undefined
      ? []
      : [
          `Caller: user ${JSON.stringify(caller.userId)}, org ${caller.orgId}, workspace ${caller.workspaceId}.`,
        ];
  return {
    json: report,
    text: [columns(rows), ...advice, ...who, letIn ? 'It would be let in.' : 'It would not be let in.'].join(
      '\n',
    ),
  };
}
