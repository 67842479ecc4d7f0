// `token check`: whether a session JWT would be let in, and why not.

import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { sessionJwtVerifier } from '../functions/access/session-jwt.ts';
import type { IssuerSettings } from '../functions/env.ts';
import { type Answer, columns, give } from './answer.ts';
import { checkToken, type TokenReport } from './check-token.ts';
import { filled } from './option-values.ts';
import { Refused } from './refused.ts';

interface CheckOptions {
  readonly config?: string;
  readonly stage?: string;
  readonly local?: true;
}

const LOCAL_CONFIG = path.join('.local', 'config.json');

export function addTokenCommands(program: Command): void {
  program
    .command('token')
    .description('check session JWTs against a configuration')
    .command('check')
    .description(
      'Read a session JWT from standard input and tell claim by claim what the configuration makes of it. The token is never printed. Its keys are fetched from its issuer.',
    )
    .option('--config <file>', 'the configuration file that is deployed with --context config=…', filled)
    .option('--stage <name>', 'the stage that is deployed with --context stage=… (default: dev)', filled)
    .action((_options: unknown, command: Command) => check(command));
}

/** @throws Refused when the token would not be let in, after the report was given. */
async function check(command: Command): Promise<void> {
  const options = command.optsWithGlobals<CheckOptions>();
  if (options.local && (options.config !== undefined || options.stage !== undefined)) {
    command.error('error: --local has a configuration of its own: use it without --config and --stage.');
  }
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

async function issuersOf({ config, stage = 'dev', local }: CheckOptions): Promise<readonly IssuerSettings[]> {
  // Loaded here only: the configuration brings the CDK with it.
  const { ConfigError, loadConfig } = await import('../infra/config.ts');
  try {
    const { sessionJwt } = loadConfig(stage, local ? LOCAL_CONFIG : config);
    if (sessionJwt === null) {
      throw new Refused(
        `The configuration of stage "${stage}"${config === undefined ? '' : ` with ${config}`} has no sessionJwt: it trusts no issuer and refuses every session JWT.${config === undefined ? ' Name the configuration file with --config.' : ''}`,
      );
    }
    return sessionJwt;
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new Refused(
        local
          ? `${error.message}. Start the local stack with "npm start" once, it writes this file.`
          : error.message,
        { cause: error },
      );
    }
    throw error;
  }
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
