// Where a stage is deployed: what of another account or region, or of no known form, is refused.
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../infra/config.ts';
import { errorOf, load } from './config-file.ts';
import { ACCOUNT, CERTIFICATE, KEY, placed, RESTORED_STREAM } from './placed.ts';

const { env, domain } = placed;

describe('a stage', () => {
  it.each(['dev', 'prod'])(
    '%s has no account, domain, key, boundary or other table until they are named',
    (stage) => {
      expect(loadConfig(stage)).toMatchObject({
        env: null,
        domain: null,
        encryption: 'aws',
        permissionsBoundary: null,
        restoredTable: null,
      });
    },
  );

  it('takes all of them from its own account and region', () => {
    expect(load({ ...placed, restoredTable: RESTORED_STREAM })).toMatchObject({
      ...placed,
      domain: { ...domain, keepGeneratedAddress: false },
      restoredTable: RESTORED_STREAM,
    });
  });

  it.each(['aws', 'managed', KEY])('may be encrypted by %s', (encryption) => {
    expect(load({ env, encryption }).encryption).toBe(encryption);
  });

  it('may have a boundary that AWS manages, which is of no account', () => {
    const permissionsBoundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
    expect(load({ env, permissionsBoundary })).toMatchObject({ permissionsBoundary });
  });
});

const certified = (certificateArn: string) => ({ env, domain: { ...domain, certificateArn } });
const named = (name: string) => ({ env, domain: { ...domain, name } });

describe('a configuration is refused, with what was given and what is wanted', () => {
  it.each<[what: string, config: Record<string, unknown>, problem: string]>([
    [
      'a certificate of another region',
      certified(CERTIFICATE.replace('eu-central-1', 'us-east-1')),
      'domain.certificateArn: is in us-east-1, and the stage in eu-central-1 (env.region): API Gateway takes certificates of its own region only',
    ],
    [
      'a certificate of another account',
      certified(CERTIFICATE.replace(ACCOUNT, '333333333333')),
      'domain.certificateArn: is of account 333333333333, and the stage of account 222222222222 (env.account): API Gateway takes certificates of its own account only',
    ],
    [
      'a certificate that ACM does not have',
      certified(`arn:aws:iam::${ACCOUNT}:server-certificate/api`),
      `domain.certificateArn: must be the ARN of an ACM certificate, such as arn:aws:acm:eu-central-1:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef, and is "arn:aws:iam::${ACCOUNT}:server-certificate/api"`,
    ],
    [
      'a domain without an account, whose certificate could be anywhere',
      { domain },
      'domain: needs env.account and env.region, so that the place of its certificate can be checked',
    ],
    ...[
      'https://api.example.com',
      'api.example.com/v1',
      '*.example.com',
      'API.example.com',
      'localhost',
      'api.example.com.',
      '-a.example.com',
    ].map((name): [string, Record<string, unknown>, string] => [
      `the name ${name}`,
      named(name),
      `domain.name: must be a host name in lower case, such as api.example.com, without "https://", "*" and path, and is "${name}"`,
    ]),
    [
      'the name of a zone for its id',
      { env, domain: { ...domain, hostedZoneId: 'example.com' } },
      'domain.hostedZoneId: must be the id of a hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ, and is "example.com"',
    ],
    [
      'an account of words',
      { env: { ...env, account: 'prod' } },
      'env.account: must be the 12 digits of an AWS account, and is "prod"',
    ],
    [
      'a zone for a region',
      { env: { ...env, region: 'eu-central-1a' } },
      'env.region: must be a region, such as eu-central-1, and is "eu-central-1a"',
    ],
    [
      'the alias of a key',
      { encryption: `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/chat` },
      `encryption: must be "aws", "managed", or the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef, and is "arn:aws:kms:eu-central-1:${ACCOUNT}:alias/chat"`,
    ],
    [
      'a key of another region',
      { env, encryption: KEY.replace('eu-central-1', 'us-east-1') },
      'encryption: is in us-east-1, and the stage in eu-central-1 (env.region): the stack takes keys of its own region only',
    ],
    [
      'a boundary of another account',
      { env, permissionsBoundary: 'arn:aws:iam::333333333333:policy/boundary' },
      'permissionsBoundary: is of account 333333333333, and the stage of account 222222222222 (env.account): IAM takes boundaries of its own account only',
    ],
    [
      'the ARN of a restored table for that of its stream',
      { restoredTable: RESTORED_STREAM.replace(/\/stream.*/, '') },
      'restoredTable: must be the ARN of the stream of a restored table, such as arn:aws:dynamodb:eu-central-1:111111111111:table/sessions-restored/stream/2026-11-28T00:00:00.000, and is ',
    ],
    [
      'a key without an account, which could be anywhere',
      { encryption: KEY },
      'encryption: needs env.account and env.region, so that the place of its key can be checked',
    ],
    ['an owner that no tag can have', { owner: '' }, 'owner: must be the value of a tag: '],
  ])('for %s', (_what, config, problem) => {
    expect(errorOf(() => load(config))).toContain(`\n  ${problem}`);
  });
});
