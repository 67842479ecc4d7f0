// The options that name a configuration: a deployed one, or with --local that of the local stack.
import { type Command, Option } from 'commander';
import { filled } from './option-values.ts';
import type { ConfigOptions } from './stage-config.ts';

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'the configuration file that is deployed with --context config=…',
  ).argParser(filled);
}

export function stageOption(): Option {
  return new Option(
    '--stage <name>',
    'the stage that is deployed with --context stage=… (default: dev)',
  ).argParser(filled);
}

export function configOptions(command: Command): ConfigOptions {
  const options = command.optsWithGlobals<ConfigOptions>();
  if (options.local && (options.config !== undefined || options.stage !== undefined)) {
    command.error('error: --local has a configuration of its own: use it without --config and --stage.');
  }
  return options;
}
