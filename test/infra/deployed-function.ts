// Invokes a function as it would be deployed: its bundle, its handler and its environment, in a process of its own.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deployedFolder, dev, functionOf, referredTo, type Synthesis } from './template.ts';

/** What Lambda sets by itself, with a database that nobody reaches. */
const LAMBDA_ENV = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
};

/** The answers are the last line; before it come the logs. */
const INVOKE_EACH = `
  const [module, name, events] = process.argv.slice(1);
  const handler = require(module)[name];
  const context = { getRemainingTimeInMillis: () => 10_000 };
  const invokeEach = async () => {
    const answers = [];
    for (const event of JSON.parse(events)) {
      answers.push(await handler(event, context));
    }
    process.stdout.write('\\n' + JSON.stringify(answers), () => process.exit());
  };
  invokeEach();
`;

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the function gave.
type FunctionAnswer = any;

export async function invokeDeployed(
  name: string,
  events: readonly unknown[],
  synthesis: Synthesis = dev,
  variables: Readonly<Record<string, string>> = {},
): Promise<FunctionAnswer[]> {
  const lambda = functionOf(name, synthesis);
  const [file = '', handler = ''] = lambda.Properties.Handler.split('.');
  const module = join(deployedFolder(lambda, synthesis), `${file}.cjs`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--eval', INVOKE_EACH, module, handler, JSON.stringify(events)],
    {
      env: { ...LAMBDA_ENV, ...environmentOf(lambda.Properties.Environment?.Variables ?? {}), ...variables },
    },
  );
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n')));
}

function environmentOf(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : referredTo(value),
    ]),
  );
}
