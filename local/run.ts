// Runs the local stack with the demo data until it is asked to stop.
import { styleText } from 'node:util';
import { readConfigFile } from './config-file.ts';
import { askBeforeTable, startersTerminal } from './database/ask-before-table.ts';
import { databaseFromEnvironment, isAws } from './database/database-from-environment.ts';
import { docsPage } from './docs-page.ts';
import { localFolder, writePrivately } from './local-folder.ts';
import { stepsTo } from './progress.ts';
import { REQUEST_LOG_FORMAT, requestLine } from './request-line.ts';
import { type Demo, seedDemo } from './seed.ts';
import { startLocalStack } from './stack.ts';
import type { StartOptions } from './start-options.ts';
import { requested } from './stop-request.ts';
import { unlessStopped } from './unless-stopped.ts';
import { environmentFile, welcome } from './welcome.ts';

/** A file is taken as it would be deployed; without one, the local stack shows what is off by default. */
const WITHOUT_A_FILE = { sessionsByUser: true };

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });

/** @throws the reason of `stop` when that comes before the stack is ready. */
export async function run(options: StartOptions, folder: string, stop: AbortSignal): Promise<void> {
  const { port, data, config, throttle, quiet } = options;
  const { AWS_ENDPOINT_URL_EVENTBRIDGE: eventBusEndpoint } = process.env;
  const step = stepsTo(process.stdout);
  console.log(`\n${bold('Moonborn chat sessions')}, local stack\n`);
  const database = await databaseFromEnvironment(process.env);
  const { databaseEndpoint } = database;
  let demo: Demo | undefined;
  const stack = await startLocalStack({
    folder,
    port,
    throttle,
    step,
    stop,
    tell: (message) => console.error(`\n${styleText('red', message, { stream: process.stderr })}\n`),
    answerPage: docsPage(() => demo),
    ...(quiet
      ? {}
      : {
          requestLog: {
            format: REQUEST_LOG_FORMAT,
            append: (line) => console.log(requestLine(line, process.stdout)),
          },
        }),
    ...(data === undefined ? {} : { dataFolder: data }),
    ...(config === undefined
      ? { config: WITHOUT_A_FILE }
      : { config: readConfigFile(config), configName: config }),
    ...(eventBusEndpoint ? { eventBusEndpoint } : {}),
    ...database,
    ...(databaseEndpoint !== undefined && isAws(databaseEndpoint) && !options['create-table']
      ? { confirmTable: (name) => askBeforeTable(name, databaseEndpoint, startersTerminal(), stop) }
      : {}),
  });
  try {
    demo = await step('Seed the demo data', () => unlessStopped(stop, seedDemo(stack)));
    writePrivately(localFolder(folder).envFile, environmentFile(stack, demo));
    console.log(welcome(stack, demo));
    await requested(stop);
  } finally {
    console.log(`\n${bold('Stopping')} ${dim('(once more to stop at once)')}\n`);
    await stack.close(step);
  }
}
