// The CDK app: one stage at a time, chosen with `-c stage=…`, changed with `-c config=<file>`.
import { App } from 'aws-cdk-lib';
import { entries } from '../functions/routes.ts';
import { setAssetModes } from './asset-modes.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { ConfigError, loadConfig } from './config.ts';
import { addStacks } from './stacks.ts';

try {
  const app = new App();
  const config = loadConfig(
    app.node.tryGetContext('stage') ?? 'dev',
    app.node.tryGetContext('config'),
    app.node.tryGetContext('config-name'),
  );
  addStacks(app, config, await bundleFunctions(entries, config.database.client));
  setAssetModes(app.synth().directory);
} catch (error) {
  if (!(error instanceof ConfigError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
