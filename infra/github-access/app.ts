// A CDK app of its own, deployed by hand once in the account of each stage:
// `npm run github-access -- deploy -c repository=owner/name -c stage=prod`.
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { GitHubAccessStack } from './github-access-stack.ts';

const app = new App();
const context = (name: string, otherwise = '') => String(app.node.tryGetContext(name) ?? otherwise);
const repository = context('repository');
const stage = context('stage');
const branch = context('branch', 'main');
const provider = context('provider', 'new');

const wrong = [
  /^[\w.-]+\/[\w.-]+$/.test(repository)
    ? []
    : `Which repository may deploy? Got "${repository}"; pass --context repository=<owner>/<name>`,
  /^(dev|prod)$/.test(stage)
    ? []
    : `Which stage is deployed into this account? Got "${stage}"; pass --context stage=dev or --context stage=prod. Each stage has its own account`,
  /^[\w./-]+$/.test(branch)
    ? []
    : `Which branch may be deployed? Got "${branch}"; pass --context branch=<name>`,
  /^(new|existing)$/.test(provider)
    ? []
    : `Does the account already have GitHub's identity provider? Got "${provider}"; pass --context provider=existing or leave it out`,
].flat();

if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
} else {
  new GitHubAccessStack(app, `MoonbornGitHubAccess-${stage}`, {
    repository,
    stage,
    branch,
    qualifier: context('@aws-cdk/core:bootstrapQualifier', DefaultStackSynthesizer.DEFAULT_QUALIFIER),
    hasProvider: provider === 'existing',
  });
  app.synth();
}
