// Reads the configuration of a stage or of the local stack. It loads the CDK, so import it only where it is needed.
import path from 'node:path';
import { type Config, ConfigError, loadConfig } from '../infra/config.ts';
import { Misused } from './refused.ts';

export interface ConfigOptions {
  /** Reads the configuration of the local stack. */
  readonly local?: true | undefined;
  readonly stage?: string | undefined;
  readonly config?: string | undefined;
}

const LOCAL_CONFIG_FILE = path.join('.local', 'config.json');
const DEFAULT_STAGE = 'dev';

/** @throws Misused when there is no such configuration, or it is not valid. */
export function readStageConfig({ local, stage = DEFAULT_STAGE, config }: ConfigOptions): Config {
  try {
    return loadConfig(stage, local ? LOCAL_CONFIG_FILE : config);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    const remedy = local ? '. Start the local stack with "npm start" once, it writes this file.' : '';
    throw new Misused(error.message + remedy, { cause: error });
  }
}

/** The name of a configuration in errors. */
export function configurationName({ stage = DEFAULT_STAGE, config }: ConfigOptions): string {
  return `The configuration of stage "${stage}"${config === undefined ? '' : ` with ${config}`}`;
}

/** @throws Misused when the configuration has no such plan. */
export function refuseUnknownPlan(plan: string, options: ConfigOptions): void {
  const plans = Object.keys(readStageConfig(options).limits?.plans ?? {});
  if (!plans.includes(plan)) {
    throw new Misused(
      `${configurationName(options)} has no plan "${plan}"; ${
        plans.length === 0 ? 'it limits no requests' : `its plans are ${plans.join(', ')}`
      }. Check --plan, and name the configuration that is deployed with --config.`,
    );
  }
}
