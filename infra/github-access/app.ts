// A CDK app of its own, deployed by hand once in each account: `npm run github-access -- deploy -c repository=owner/name`.
import { App } from 'aws-cdk-lib';
import { GitHubAccessStack } from './github-access-stack.ts';

const app = new App();
const repository = app.node.tryGetContext('repository');
const stages = String(app.node.tryGetContext('stages') ?? 'dev,prod').split(',');

if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? '')) {
  console.error(
    `Which repository may deploy? Got ${JSON.stringify(repository)}; say --context repository=<owner>/<name>`,
  );
  process.exitCode = 1;
} else {
  new GitHubAccessStack(app, 'MoonbornGitHubAccess', { repository, stages });
  app.synth();
}
