// `npm start`: runs the whole service on this machine, and prints a cURL call that works when pasted.
import { parseArgs, styleText } from 'node:util';
import { readConfigFile } from './config-file.ts';
import { databaseFromEnvironment } from './database/database-from-environment.ts';
import { docsPage } from './docs-page.ts';
import { localFolder, remove, writePrivately } from './local-folder.ts';
import { stepsTo } from './progress.ts';
import { type Demo, seedDemo } from './seed.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

const USAGE = `Usage: npm start [-- --data <folder>] [--config <file>] [--throttle]

Runs the synthesised stack on this machine.

Options:
  --data <folder>  keep the data on disk between runs (in memory by default)
  --config <file>  fields of the configuration that differ from the stage's, as JSON (sessionsByUser alone without)
  --throttle       honour the stage's throttle
  --help           show this text

Environment:
  PORT                          port of the API (8787)
  AWS_ENDPOINT_URL_DYNAMODB     use this DynamoDB instead of the embedded one
  AWS_ENDPOINT_URL_EVENTBRIDGE  put events there instead of into .local/events.log
`;

/** A file is taken as it would be deployed; without one, the local stack shows what is off by default. */
const WITHOUT_A_FILE = { sessionsByUser: true };

const SAME_SIGNAL_MS = 500;

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });

await main().catch((error: unknown) => {
  console.error(`\n${styleText('red', 'error', { stream: process.stderr })}: ${(error as Error).message}`);
  if (process.env.DEBUG) {
    console.error(error);
  }
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { data, config, throttle, help } = readOptions();
  if (help) {
    console.log(USAGE);
    return;
  }
  const port = readPort(process.env.PORT);
  const { AWS_ENDPOINT_URL_EVENTBRIDGE: eventBusEndpoint } = process.env;
  const step = stepsTo(process.stdout);
  console.log(`\n${bold('Moonborn chat sessions')}, local stack\n`);
  let demo: Demo | undefined;
  const stack = await startLocalStack({
    port,
    throttle,
    step,
    answerPage: docsPage(() => demo),
    ...(data === undefined ? {} : { dataFolder: data }),
    config: config === undefined ? WITHOUT_A_FILE : readConfigFile(config),
    ...(eventBusEndpoint ? { eventBusEndpoint } : {}),
    ...(await databaseFromEnvironment(process.env)),
  });
  try {
    demo = await step('Seed the demo data', () => seedDemo(stack));
    const { envFile } = localFolder('.local');
    writePrivately(envFile, environmentFile(stack, demo));
    console.log(welcome(stack, demo));
    await untilInterrupted();
    remove(envFile);
  } finally {
    console.log(`\n${bold('Stopping')} ${dim('(once more to stop at once)')}\n`);
    await stack.close(step);
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        throttle: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.data === '') {
      throw new Error('--data needs the name of a folder.');
    }
    return values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function readPort(text = '8787'): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') {
    return port;
  }
  throw new Error(`PORT must be a port number from 0 (any free one) to 65535, not "${text}".`);
}

function environmentFile({ baseUrl }: LocalStack, { apiKey, sessionJwt, personaId }: Demo): string {
  return [
    `MOONBORN_BASE_URL=${baseUrl}`,
    `MOONBORN_API_KEY=${apiKey}`,
    `MOONBORN_SESSION_JWT=${sessionJwt}`,
    `MOONBORN_PERSONA_ID=${personaId}`,
    '',
  ].join('\n');
}

function welcome(
  { baseUrl, notRunLocally, events }: LocalStack,
  { apiKey, sessionJwt, personaId, personaName }: Demo,
): string {
  const notRun = notRunLocally.map((resource) => dim(`  Not run locally: ${resource}`));
  const eventLog = events === undefined ? [] : [`  Events       .local/events.log`];
  return `
${bold(`Ready in ${(performance.now() / 1000).toFixed(1)} s`)}

  Base URL     ${bold(baseUrl)}
  Reference    ${baseUrl}/docs
  Persona      ${personaId} ${dim(`(${personaName})`)}
  API key      ${apiKey}
  Session JWT  ${sessionJwt}
${[...eventLog, ...notRun].map((line) => `${line}\n`).join('')}
Start a session:

  curl -i -X POST ${baseUrl}/v1/personas/${personaId}/chat/sessions \\
    -H 'Authorization: Bearer ${apiKey}' \\
    -H 'Content-Type: application/json' \\
    -d '{"personaId": "${personaId}"}'

${dim('The same values are in .local/env; logs in .local/functions.log and .local/access.log. Ctrl-C stops.')}`;
}

/**
 * The first signal stops the stack, a later one ends the process at once. npm forwards a signal that the terminal has
 * already sent, so two signals at the same moment count as one.
 */
function untilInterrupted(): Promise<void> {
  return new Promise((interrupted) => {
    let firstAtMs: number | undefined;
    const onSignal = () => {
      if (firstAtMs === undefined) {
        firstAtMs = performance.now();
        interrupted();
      } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
        process.exit(130);
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, onSignal);
    }
  });
}
