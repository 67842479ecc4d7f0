// A CDK app of its own, deployed by hand once in the account of each stage:
// `npm run github-access -- deploy -c repository=owner/name -c stage=prod`.
import { App } from 'aws-cdk-lib';
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
    : `Which repository may deploy? Got "${repository}"; say --context repository=<owner>/<name>`,
  /^(dev|prod)$/.test(stage)
    ? []
    : `Which stage has this account? Got "${stage}"; say --context stage=dev or --context stage=prod. Each stage has an account of its own`,
  /^[\w./-]+$/.test(branch)
    ? []
    : `Which branch may be deployed? Got "${branch}"; say --context branch=<name>`,
  /^(new|existing)$/.test(provider)
    ? []
    : `Has the account GitHub's identity provider already? Got "${provider}"; say --context provider=existing or leave it out`,
].flat();

if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
} else {
  new GitHubAccessStack(app, `MoonbornGitHubAccess-${stage}`, {
    repository,
    stage,
    branch,
    hasProvider: provider === 'existing',
  });
  app.synth();
}
