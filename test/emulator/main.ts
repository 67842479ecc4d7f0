// `npm run emulate`: both stages in an emulator of AWS, from the bootstrap to the last trace of them.
import { deepEqual, match, rejects } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningKey, localAudience, localClaims, localIssuer } from '../../local/session-tokens.ts';
import { account, region, startEmulator } from './emulator.ts';
import { newOperator } from './operator.ts';
import { releasedConfig, releasedTemplate } from './released.ts';
import { type Run, runner } from './run.ts';
import { deploy, type Ids, idLike, idsOf, liveVersions, query, stacksOf, synthesise } from './stage.ts';
import { Steps } from './steps.ts';
import { tearDown } from './tear-down.ts';
import { apiSuite, issueKey, smokeTest, start } from './use.ts';

/** The emulator is slow on a busy machine. */
const LONGEST_TIMEOUTS = { endpoints: { timeoutSeconds: 29 }, authorizer: { timeoutSeconds: 9 } };

/** Functions that call no table: another client of it does not change their code. */
const WITHOUT_TABLE = ['Preflight', 'PublishSessionEvents', 'UnknownRoute'];

// The emulator is stopped however this ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}
const steps = new Steps();
const folder = mkdtempSync(join(tmpdir(), 'moonborn-emulator-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const emulator = await startEmulator(folder);
const as = (variables: Readonly<Record<string, string>>): Run =>
  runner({ ...emulator.environment, ...variables });
try {
  console.log(`\n${await story()}`);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  console.error(`\nThe emulator wrote last:\n${emulator.logTail()}`);
  process.exitCode = 1;
} finally {
  await emulator.stop();
}

async function story(): Promise<string> {
  const { privateJwk, publicJwk } = await loadSigningKey(join(folder, 'signing-key.json'));
  const released = { ...JSON.parse(readFileSync(releasedConfig, 'utf8')), ...LONGEST_TIMEOUTS };
  const keys = { jwksUri: null, pinnedJwks: { keys: [publicJwk] } };
  const sessionJwt = { issuer: localIssuer, audience: localAudience, claims: localClaims, ...keys };
  const dev = { ...released, sessionJwt };
  const prod = { ...released, env: { account, region } };
  const assembly = await steps.step('both stages are synthesised', () =>
    synthesise(as({}), { dev, prod }, join(folder, 'both')),
  );
  const otherCode = await steps.step('dev is synthesised with other code', () =>
    synthesise(as({}), { dev: { ...dev, database: { client: 'sdk' } } }, join(folder, 'other-code')),
  );

  // The emulator does not check signatures of the account's owner. What is to be checked is an operator's.
  const owners = { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'test' };
  const owner = as(owners);
  await steps.step('the account is bootstrapped', () =>
    owner('npx', 'cdk', 'bootstrap', `aws://${account}/${region}`, '--app', assembly.folder),
  );
  const operators = await steps.step('an operator gets the rights of the role for GitHub', () =>
    newOperator(owner),
  );
  const operator = as(operators);

  const devStage = await steps.step('dev is deployed', () => deploy(operator, 'dev', assembly));
  const describe = ['aws', 'dynamodb', 'describe-table', '--table-name', devStage.MOONBORN_TABLE] as const;
  await steps.step('a wrong signature is refused', () =>
    rejects(
      as({ ...operators, AWS_SECRET_ACCESS_KEY: 'wrong' })(...describe),
      /InvalidSignature|SignatureDoesNotMatch/,
    ),
  );
  await steps.step('the operator may do nothing else', () => rejects(operator(...describe), /AccessDenied/));
  const inDev = as({ ...operators, ...devStage, MOONBORN_SIGNING_KEY: JSON.stringify(privateJwk) });
  await steps.step('the smoke test passes', () => smokeTest(inDev), Number);
  await steps.step('the suite of the API passes', () => apiSuite(inDev, join(folder, 'api.json')), Number);

  await steps.step('dev takes other code: aliases move to the second version', async () => {
    deepEqual(await deploy(operator, 'dev', otherCode), devStage);
    const versions = Object.entries(await liveVersions(owner, 'dev'));
    const unmoved = versions.flatMap(([name, version]) => (version === '2' ? [] : [name]));
    deepEqual(unmoved.sort(), WITHOUT_TABLE);
  });
  await steps.step('the smoke test passes', () => smokeTest(inDev), Number);
  await breakAndMend(owner, devStage.MOONBORN_BASE_URL, await issueKey(inDev));

  const before = await steps.step('prod has the last release, with a persona', () => deployRelease(owner));
  const prodStage = await steps.step('prod is deployed over it', () => deploy(operator, 'prod', assembly));
  const inProd = as({ ...operators, ...prodStage });
  await steps.step('no data, log or address was replaced', async () => {
    const after = await idsOf(owner, 'prod');
    deepEqual({ ...after, ...before }, after);
    match(
      await inProd('npm', 'run', '--silent', 'admin', '--', 'persona', 'list', '--org', 'org_before'),
      /psn_before/,
    );
  });
  await steps.step('the smoke test passes', () => smokeTest(inProd), Number);

  const logGroups = Object.keys(before).filter((id) => /Logs[0-9A-F]{8}$/.test(id)).length;
  const deployed = [await idsOf(owner, 'dev'), await idsOf(owner, 'prod')].flatMap(Object.keys).length;
  await tearDown(steps, (variables) => as({ ...owners, ...variables, CDK_APP: assembly.folder }), {
    dev: { logGroupsStay: 0 },
    prod: { logGroupsStay: logGroups },
  });
  return (
    `${deployed} resources deployed, ${assembly.leftOut} left out, ` +
    `${steps.passed} checks passed, in ${steps.duration}.`
  );
}

async function breakAndMend(owner: Run, baseUrl: string, key: string): Promise<void> {
  const role = ['--role-name', idLike(await idsOf(owner, 'dev'), /^StartChatSessionRole[0-9A-F]{8}$/)];
  const [name] = await query(owner, 'iam list-role-policies', 'PolicyNames', ...role);
  const policy = [...role, '--policy-name', name];
  const rights = await query(owner, 'iam get-role-policy', 'PolicyDocument', ...policy);
  await steps.step('a function without its rights answers 500', async () => {
    deepEqual(await start(baseUrl, key), { status: 201, code: undefined });
    await owner('aws', 'iam', 'delete-role-policy', ...policy);
    deepEqual(await start(baseUrl, key), { status: 500, code: 'internal_error' });
  });
  await steps.step('and 201 when it has them again', async () => {
    await owner('aws', 'iam', 'put-role-policy', ...policy, '--policy-document', JSON.stringify(rights));
    deepEqual(await start(baseUrl, key), { status: 201, code: undefined });
  });
}

/** @returns the resources whose replacement would lose something */
async function deployRelease(owner: Run): Promise<Ids> {
  for (const stack of stacksOf('prod')) {
    const template = ['--template-body', `file://${releasedTemplate(stack)}`];
    await owner('aws', 'cloudformation', 'create-stack', '--stack-name', stack, ...template);
    await owner('aws', 'cloudformation', 'wait', 'stack-create-complete', '--stack-name', stack);
  }
  const ids = await idsOf(owner, 'prod');
  const persona = ['--org', 'org_before', '--new-org', '--id', 'psn_before', '--name', 'Luna'];
  const table = idLike(ids, /^Sessions[0-9A-F]{8}$/);
  await owner('npm', 'run', '--silent', 'admin', '--', 'persona', 'create', ...persona, '--table', table);
  return ids;
}
