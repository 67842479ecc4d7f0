// The CDK app: all stages, or one with `-c stage=…`, changed with `-c config=<file>`.
import { Annotations, App } from 'aws-cdk-lib';
import { entries } from '../functions/routes.ts';
import { setAssetModes } from './asset-modes.ts';
import { bundleFunctions, type DatabaseClient } from './bundle-functions.ts';
import { ConfigError } from './config.ts';
import { refusalOf } from './credentials.ts';
import { addStacks } from './stacks.ts';
import { loadStages } from './stages.ts';

try {
  const app = new App();
  const context = (name: string) => app.node.tryGetContext(name);
  const configs = loadStages(context('stage'), context('config'), context('config-name'));
  const bundles = new Map<DatabaseClient, ReturnType<typeof bundleFunctions>>();
  for (const config of configs) {
    const { client } = config.database;
    const folders = bundles.get(client) ?? bundleFunctions(entries, client);
    bundles.set(client, folders);
    const stacks = addStacks(app, config, await folders);
    const refusal = refusalOf(config, process.env, configs.length === 1);
    if (refusal !== undefined) {
      // Errors of a stack stop the command line only where that stack is among those to deploy.
      for (const stack of Object.values(stacks)) {
        Annotations.of(stack).addError(refusal);
      }
    }
  }
  setAssetModes(app.synth().directory);
} catch (error) {
  if (!(error instanceof ConfigError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
