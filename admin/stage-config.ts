// The configuration of a stage, as it is deployed. It loads the CDK, so import it only where it is needed.
import { type Config, ConfigError, loadConfig } from '../infra/config.ts';
import { Misused } from './refused.ts';

/** @throws Misused when there is no such stage, or the configuration is not valid. */
export function readStageConfig(stage: string, file: string | undefined): Config {
  try {
    return loadConfig(stage, file);
  } catch (error) {
    throw error instanceof ConfigError ? new Misused(error.message, { cause: error }) : error;
  }
}

/** @throws Misused when the configuration has no such plan. */
export function refuseUnknownPlan(plan: string, stage: string, file: string | undefined): void {
  const plans = Object.keys(readStageConfig(stage, file).limits?.plans ?? {});
  if (!plans.includes(plan)) {
    throw new Misused(
      `The configuration of stage "${stage}"${file === undefined ? '' : ` with ${file}`} has no plan "${plan}"; ${
        plans.length === 0 ? 'it limits no requests' : `its plans are ${plans.join(', ')}`
      }. Check --plan, and name the file that is deployed with --config.`,
    );
  }
}
