// Where a stage is deployed, and what of its account it uses: domain, certificate, key, boundary, restored table.
import { z } from 'zod';

export const env = z
  .strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/, { error: (issue) => given('must be the 12 digits of an AWS account', issue) }),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
      error: (issue) => given('must be a region, such as eu-central-1', issue),
    }),
  })
  .nullable()
  .default(null);

const EXAMPLE = 'arn:aws';
const EXAMPLE_PLACE = 'eu-central-1:111111111111';
const EXAMPLE_ID = '01234567-89ab-cdef-0123-456789abcdef';
const KEY = 'arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/(mrk-)?[0-9a-f-]+';

const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

export const domain = z
  .strictObject({
    name: z.string().regex(HOST_NAME, {
      error: (issue) =>
        given(
          'must be a host name in lower case, such as api.example.com, without "https://", "*" and path',
          issue,
        ),
    }),
    /** Of the stage's own account and region: API Gateway takes no other. */
    certificateArn: arn('acm', 'certificate/[0-9a-f-]+', 'an ACM certificate', `certificate/${EXAMPLE_ID}`),
    /** The hosted zone of the name in Route 53, for an alias record. Absent: DNS is elsewhere. */
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/, {
        error: (issue) =>
          given('must be the id of a hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ', issue),
      })
      .optional(),
    /** Serves the generated address too, while callers move. */
    keepGeneratedAddress: z.boolean().default(false),
  })
  .nullable()
  .default(null);

/** `aws`: keys that AWS owns. `managed`: the account's own keys that AWS manages. Otherwise a key of the customer. */
export const encryption = z
  .string()
  .regex(new RegExp(`^(aws|managed|${KEY})$`), {
    error: (issue) =>
      given(
        `must be "aws", "managed", or the ARN of a KMS key (not of an alias), such as ${EXAMPLE}:kms:${EXAMPLE_PLACE}:key/${EXAMPLE_ID}`,
        issue,
      ),
  })
  .default('aws');

/** The policy that bounds every role of the stage. */
export const permissionsBoundary = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, {
    error: (issue) =>
      given('must be the ARN of an IAM policy, such as arn:aws:iam::111111111111:policy/boundary', issue),
  })
  .nullable()
  .default(null);

/** The stream of the table that replaces the one of the stack, by its ARN, which holds the table's name. */
export const restoredTable = arn(
  'dynamodb',
  'table/[A-Za-z0-9_.-]{3,255}/stream/[0-9T:.-]+',
  'the stream of a restored table',
  'table/sessions-restored/stream/2026-11-28T00:00:00.000',
)
  .nullable()
  .default(null);

interface Placed {
  readonly env: z.output<typeof env>;
  readonly domain: z.output<typeof domain>;
  readonly encryption: string;
  readonly permissionsBoundary: string | null;
  readonly restoredTable: string | null;
}

/** Refuses ARNs of another account or region than the stage's. */
export function refuseElsewhere(
  { env, domain, encryption, permissionsBoundary, restoredTable }: Placed,
  context: z.RefinementCtx,
): void {
  const key = encryption.startsWith('arn:') ? encryption : null;
  if (env === null) {
    const needs = (path: string, what: string) =>
      context.addIssue({
        code: 'custom',
        path: [path],
        message: `needs env.account and env.region, so that the place of its ${what} can be checked`,
      });
    if (domain !== null) {
      needs('domain', 'certificate');
    }
    if (key !== null) {
      needs('encryption', 'key');
    }
    return;
  }
  const places: [path: string[], what: string, arn: string | null | undefined][] = [
    [['domain', 'certificateArn'], 'API Gateway takes certificates', domain?.certificateArn],
    [['encryption'], 'the stack takes keys', key],
    [['permissionsBoundary'], 'IAM takes boundaries', permissionsBoundary],
    [['restoredTable'], 'the functions take tables', restoredTable],
  ];
  for (const [path, what, arn] of places) {
    const [, , , region = '', account = ''] = arn?.split(':') ?? [];
    if (![...['', 'aws'], env.account].includes(account)) {
      context.addIssue({
        code: 'custom',
        path,
        message: `is of account ${account}, and the stage of account ${env.account} (env.account): ${what} of its own account only`,
      });
    }
    if (!['', env.region].includes(region)) {
      context.addIssue({
        code: 'custom',
        path,
        message: `is in ${region}, and the stage in ${env.region} (env.region): ${what} of its own region only`,
      });
    }
  }
}

function arn(service: string, resource: string, what: string, example: string) {
  return z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`), {
    error: (issue) =>
      given(`must be the ARN of ${what}, such as ${EXAMPLE}:${service}:${EXAMPLE_PLACE}:${example}`, issue),
  });
}

function given(expected: string, { input }: { readonly input?: unknown }): string {
  return `${expected}, and is ${JSON.stringify(input)}`;
}
