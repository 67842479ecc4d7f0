// Which stages an app has: one that is named, or all of them, each with its own configuration.
import { type Config, ConfigError, loadConfig, readConfigFile, stageNames } from './config.ts';
import { isByStage } from './stage-sections.ts';

/**
 * @param stage absent for all stages
 * @param file as for {@link loadConfig}
 * @param name as for {@link loadConfig}
 * @throws ConfigError when a configuration is not valid, or is given for several stages at once
 */
export function loadStages(stage: string | undefined, file?: string, name = file): Config[] {
  if (stage !== undefined) {
    return [loadConfig(stage, file, name)];
  }
  if (file !== undefined) {
    refuseSharedFields(file, name);
  }
  const configs = stageNames.map((each) => loadConfig(each, file, name));
  refuseSharedDomain(configs);
  return configs;
}

function refuseSharedFields(file: string, name = file): void {
  const fields = readConfigFile(file, name);
  if (Object.keys(fields).length > 0 && !isByStage(fields, stageNames)) {
    const form = stageNames.map((name) => `"${name}": { … }`).join(', ');
    throw new ConfigError(
      `The configuration file ${name} holds the fields of one stage, and all stages are synthesised. ` +
        `Name the stage (--context stage=${stageNames[0]}), or give each stage its fields: { ${form} }`,
    );
  }
}

function refuseSharedDomain(configs: readonly Config[]): void {
  const names = configs.flatMap(({ domain }) => domain?.name ?? []);
  const shared = names.find((name, i) => names.indexOf(name) !== i);
  if (shared !== undefined) {
    throw new ConfigError(`Two stages have the same domain.name, ${shared}: give each stage its own`);
  }
}
