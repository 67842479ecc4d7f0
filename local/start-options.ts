// The options of `npm start`, from the command line and the environment.
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start [-- --port <number>] [--data <folder>] [--config <file>] [--throttle] [--quiet]

Runs the synthesised stack on this machine.

Options:
  --port <number>  port of the API (PORT, or 8787); 0 takes any free one
  --data <folder>  keep the data on disk between runs (in memory by default)
  --config <file>  fields of the configuration that differ from the stage's, as JSON (sessionsByUser alone without)
  --throttle       honour the stage's throttle
  --quiet          print no line for each request
  --create-table   create the table without asking, where AWS_ENDPOINT_URL_DYNAMODB is an address of AWS
  --stop           stop the stack that runs in this folder, and wait until it is gone
  --version        show the version
  --help           show this text

Environment:
  PORT                          port of the API, where --port is absent
  AWS_ENDPOINT_URL_DYNAMODB     use this DynamoDB instead of the embedded one
  AWS_ENDPOINT_URL_EVENTBRIDGE  put events there instead of into .local/events.log
  NO_COLOR                      print no colours
`;

const OPTIONS = {
  port: { type: 'string' },
  data: { type: 'string' },
  config: { type: 'string' },
  throttle: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  'create-table': { type: 'boolean', default: false },
  stop: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export type StartOptions = ReturnType<typeof readStartOptions>;

/** @throws Error that says what was wrong, and what to type instead. */
export function readStartOptions(args: readonly string[], environment: NodeJS.ProcessEnv) {
  refuseOptionsOfNpm(args, environment);
  const { port, ...values } = parse(args);
  return {
    ...values,
    port: port === undefined ? readPort('PORT', environment.PORT ?? '8787') : readPort('--port', port),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.data === '') {
      throw new Error('--data needs the name of a folder.');
    }
    return values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** npm takes options before `--` for its own, and leaves them in the environment of the script. */
function refuseOptionsOfNpm(args: readonly string[], environment: NodeJS.ProcessEnv): void {
  const taken = Object.keys(OPTIONS).filter(
    (name) =>
      environment[`npm_config_${name.replaceAll('-', '_')}`] !== undefined && !args.includes(`--${name}`),
  );
  if (environment.npm_lifecycle_event !== 'start' || taken.length === 0) {
    return;
  }
  const typed = taken.map((name) => {
    const value = OPTIONS[name as keyof typeof OPTIONS].type === 'string' ? ' …' : '';
    return `--${name}${value}`;
  });
  throw new Error(
    `npm has taken ${taken.map((name) => `--${name}`).join(' and ')} for an option of its own. Put "--" before the options of the stack: npm start -- ${typed.join(' ')}`,
  );
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') {
    return port;
  }
  throw new Error(`${name} must be a port number from 0 (any free one) to 65535, not "${text}".`);
}
