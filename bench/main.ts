// The benchmarks: `npm run bench -- …`.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { NothingChosen } from './report/chosen.ts';

const program = new Command('npm run bench --')
  .description(
    'Measures the functions and the local stack. Each command prints tables, and leaves its figures in bench/results/.',
  )
  .showHelpAfterError();

program
  .command('cold')
  .description('the time from loading a function to its first answer, for several builds')
  .option('--rounds <count>', 'processes of each build', wholeNumber, 25)
  .option('--only <name>', 'measure names that contain this, such as startChatSession or authorizer', '')
  .action(async (options) => (await import('./cold.ts')).benchCold(options));

program
  .command('warm')
  .description('the CPU time of a call once Node has compiled it, by part')
  .option('--rounds <count>', 'rounds that are counted', wholeNumber, 30)
  .option('--calls <count>', 'calls of each kind in a round', wholeNumber, 300)
  .option('--only <name>', 'measure names that contain this, such as start or authorize', '')
  .addOption(
    new Option('--client <client>', 'the client of the database, as database.client in the configuration')
      .choices(['lean', 'sdk'])
      .default('lean'),
  )
  .action(async (options) => (await import('./warm.ts')).benchWarm(options));

program
  .command('profile')
  .description('the ten largest parts of a first call and of a warm call')
  .option('--rounds <count>', 'processes of each first call', wholeNumber, 25)
  .option('--calls <count>', 'warm calls of each kind', wholeNumber, 10_000)
  .option('--only <name>', 'profile names that contain this, such as start or authorize', 'start')
  .action(async (options) => (await import('./profile.ts')).benchProfile(options));

program
  .command('load')
  .description('starts a second that the local stack handles, beside a bare server')
  .option('--seconds <count>', 'seconds of each measurement', wholeNumber, 10)
  .option('--warm-up <count>', 'seconds of load before the first measurement of each', wholeNumber, 30)
  .option('--connections <counts>', 'callers at once, such as 1,32,256', listOf(wholeNumber), [1, 32, 256])
  .option('--stages <names>', 'stages whose configuration is run', listOf(String), ['dev', 'prod'])
  .option('--config <json>', 'fields of the configuration, over those of each stage', json, '{}')
  .action(async (options) => (await import('./load.ts')).benchLoad(options));

program
  .command('peers')
  .description(
    'starts a second of the local stack beside LangGraph, Mastra, VoltAgent, and SQLite behind Fastify',
  )
  .option('--rounds <count>', 'rounds, with one measurement of each server', wholeNumber, 3)
  .option('--seconds <count>', 'seconds of each measurement', wholeNumber, 10)
  .option('--warm-up <count>', 'seconds of load before the first measurement of each', wholeNumber, 20)
  .option('--connections <count>', 'callers at once', wholeNumber, 32)
  .option(
    '--scratch <folder>',
    'where the other servers are installed; kept between runs',
    join(tmpdir(), 'moonborn-peers'),
  )
  .action(async (options) => (await import('./peers.ts')).benchPeers(options));

program
  .command('memory')
  .description('resident memory of the local stack over many starts')
  .option('--requests <count>', 'starts in all', wholeNumber, 50_000)
  .option('--connections <count>', 'callers at once', wholeNumber, 32)
  .option('--stage <name>', 'the stage whose configuration is run', 'dev')
  .option('--config <json>', 'fields of the configuration, over those of the stage', json, '{}')
  .action(async (options) => (await import('./memory.ts')).benchMemory(options));

program
  .command('sizes')
  .description('bytes of each bundle, and its largest parts')
  .option('--update', 'save them as the budget that the test suite checks', false)
  .action(async (options) => (await import('./sizes.ts')).benchSizes(options));

program
  .command('partitions')
  .description('the load that one persona can take on DynamoDB, simulated in virtual time; some minutes')
  .option('--update', 'draw the charts of docs/partitions.md as well', false)
  .action(async (options) => (await import('./partitions.ts')).benchPartitions(options));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof NothingChosen)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  }
  return Number(text);
}

function listOf<T>(read: (text: string) => T) {
  return (text: string): T[] => text.split(',').map(read);
}

function json(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new InvalidArgumentError('Give JSON, such as \'{"logLevel":"DEBUG"}\'.');
  }
}
