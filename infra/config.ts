// Everything an operator would change, typed and checked in one place: two stages, and a file that overrides them.
import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { EVENT_TYPES, EXPIRY_MIN_DAYS, REQUESTS_PER_MINUTE_MAX } from '../functions/env.ts';
import { requestHeaders } from '../functions/headers.ts';
import { mergeOverrides } from './merge-overrides.ts';
import { domain, encryption, env, permissionsBoundary, refuseElsewhere, restoredTable } from './placement.ts';
import { sessionJwt } from './session-jwt-issuers.ts';
import { fieldsOf, isByStage } from './stage-sections.ts';
import { unknownFields } from './unknown-fields.ts';

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is number => typeof days === 'number',
);

const functionSize = (defaults: { memoryMb: number; timeoutSeconds: number }, maxTimeoutSeconds: number) =>
  z
    .strictObject({
      memoryMb: z.int().min(128).max(10_240).default(defaults.memoryMb),
      timeoutSeconds: z.int().min(3).max(maxTimeoutSeconds).default(defaults.timeoutSeconds),
      /** How many may run at once; more are turned away. `null` shares what the account has. */
      reservedConcurrency: z.int().min(1).nullable().default(null),
    })
    .prefault({});

/** How a new version comes into service; the names are CodeDeploy's. */
const ROLLOUTS = [
  'AllAtOnce',
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery3Minutes',
] as const;

export type Rollout = (typeof ROLLOUTS)[number];

const expiryDays = z.int().min(EXPIRY_MIN_DAYS).max(3_650).nullable().default(null);

const PLANS_MAX = 20;

const limits = z
  .strictObject({
    plans: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, {
          error:
            'must be the name of a plan: 1 to 32 of a-z, 0-9, "_" and "-", not beginning with "_" or "-"',
        }),
        z.strictObject({ requestsPerMinute: z.int().min(1).max(REQUESTS_PER_MINUTE_MAX) }),
      )
      .refine((plans) => Object.keys(plans).length <= PLANS_MAX, {
        error: `must be at most ${PLANS_MAX} plans`,
      }),
    /** Of orgs that nobody has put on a plan, or whose plan is not among these. */
    defaultPlan: z.string(),
  })
  .refine(({ plans, defaultPlan }) => Object.hasOwn(plans, defaultPlan), {
    path: ['defaultPlan'],
    error: 'must be the name of one of the plans',
  });

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:[0-9]+)?$/;
const ORIGIN_FORM = 'must be "*" or an origin such as https://app.example.com, without a path';

/** What tracing libraries add to every request of a page (W3C Trace Context and Baggage, Sentry). */
const TRACING_HEADERS = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];

const allowHeaders = z
  .array(
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+$/, 'must be the name of a header, such as x-correlation-id'),
  )
  .superRefine((names, context) => {
    const lacking = requestHeaders.filter((name) => !names.includes(name));
    if (lacking.length > 0) {
      context.addIssue(`must hold what callers of the API send, and lacks: ${lacking.join(', ')}`);
    }
  })
  .default([...requestHeaders, ...TRACING_HEADERS]);

const fields = z.strictObject({
  env,
  domain,
  encryption,
  permissionsBoundary,
  restoredTable,
  /** The value of the tag `owner` on every resource. */
  owner: z
    .string()
    .regex(/^[\p{L}\p{N} _.:/=+@-]{1,256}$/u, {
      error: 'must be the value of a tag: 1 to 256 letters, digits, spaces and _ . : / = + - @',
    })
    .default('moonborn'),
  /** `null` refuses every session JWT: no issuer is trusted until one is named. */
  sessionJwt: sessionJwt.nullable(),
  apiKeys: z
    .strictObject({
      /** How long a revoked key may go on working; 0 asks the table on every call. */
      rememberSeconds: z.number().min(0).max(60).default(5),
    })
    .prefault({}),
  database: z
    .strictObject({
      /** What the functions call DynamoDB with: `lean` is small and starts fast, `sdk` is the AWS SDK as published. */
      client: z.enum(['lean', 'sdk']).default('lean'),
    })
    .prefault({}),
  personas: z.strictObject({
    /** How long an archived persona may go on taking starts; 0 reads the persona on every start. */
    rememberSeconds: z.number().min(0).max(60),
  }),
  expiry: z
    .strictObject({
      /** Removes sessions in which no turn was recorded so many days after they started; `null` keeps them. */
      unusedDays: expiryDays,
      /** Removes sessions so many days after their last turn; `null` keeps them. */
      idleDays: expiryDays,
      /** Removes sessions so many days after they ended; `null` keeps them. */
      endedDays: expiryDays,
    })
    .prefault({}),
  /** Keeps an index of sessions by user, for the list of a user's own sessions: one more write unit for each write to a session. */
  sessionsByUser: z.boolean().default(false),
  cors: z
    .strictObject({
      /** Web pages that may call the API, such as `https://app.example.com`; `*` is any. None by default. */
      allowOrigins: z.array(z.literal('*').or(z.string().regex(ORIGIN, ORIGIN_FORM))).default([]),
      /** Headers that these pages may send: those of the API, and what their libraries add. */
      allowHeaders,
    })
    .prefault({}),
  throttle: z.strictObject({
    /** Requests a second, over all callers. */
    rateLimit: z.int().min(1),
    burstLimit: z.int().min(1),
    /** The same, over all paths that the API does not have, so that calls of them cannot use up the stage's. */
    unknownPaths: z
      .strictObject({
        rateLimit: z.int().min(1).default(10),
        burstLimit: z.int().min(1).default(20),
      })
      .prefault({}),
  }),
  /** What each org may do in a minute, by its plan; `null` counts nothing. */
  limits: limits.nullable().default(null),
  /** Counts what each org does on each day, for bills. */
  usage: z.boolean().default(false),
  /** Tells a bus of what becomes of sessions; `null` tells nobody. */
  events: z
    .strictObject({
      /** An event bus of the same account and region, which is there already; `default` always is. */
      busName: z.string().regex(/^[A-Za-z0-9._/-]{1,256}$/, {
        error:
          'must be the name of an event bus, not its ARN: 1 to 256 of A-Z, a-z, 0-9, ".", "_", "/" and "-"',
      }),
      /** Turns are not among them by default: there are many of them to a session, and each event is paid for. */
      types: z
        .array(z.enum(EVENT_TYPES))
        .min(1)
        .default(EVENT_TYPES.filter((type) => type !== 'chat.turn.recorded')),
    })
    .nullable()
    .default(null),
  accessLog: z
    .strictObject({
      /** Whether each line has the caller's address and user agent, which are personal data. */
      identifiesCallers: z.boolean().default(true),
    })
    .prefault({}),
  logRetentionDays: z.literal(RETENTION_DAYS),
  /** Keeps the log groups when the stack is deleted; their lines expire as before. */
  retainLogs: z.boolean(),
  /** `DEBUG` also writes a line for each call that went well; the access log has one in any case. */
  logLevel: z.enum(['DEBUG', 'INFO']),
  rollout: z.enum(ROLLOUTS),
  alarms: z
    .strictObject({
      /** Who is told; each address must confirm once. */
      emails: z.array(z.email()).default([]),
      /** 5xx answers in one minute that are too many. */
      serverErrorsPerMinute: z.int().min(1).default(3),
      /** What one call in a hundred may take. */
      p99LatencyMs: z.int().min(1).default(1_000),
    })
    .prefault({}),
  endpoints: functionSize({ memoryMb: 512, timeoutSeconds: 10 }, 29),
  /** The gateway gives an authorizer 10 s at most. */
  authorizer: functionSize({ memoryMb: 512, timeoutSeconds: 8 }, 9),
});

const configSchema = fields.superRefine(refuseElsewhere);

export type Config = { readonly stage: string } & z.output<typeof configSchema>;

const STAGES: Readonly<Record<string, z.input<typeof configSchema>>> = {
  dev: {
    sessionJwt: null,
    personas: { rememberSeconds: 0 },
    throttle: { rateLimit: 100, burstLimit: 200 },
    logRetentionDays: 14,
    retainLogs: false,
    logLevel: 'DEBUG',
    rollout: 'AllAtOnce',
  },
  prod: {
    sessionJwt: null,
    personas: { rememberSeconds: 5 },
    throttle: { rateLimit: 2_000, burstLimit: 4_000 },
    logRetentionDays: 90,
    retainLogs: true,
    logLevel: 'INFO',
    rollout: 'Canary10Percent5Minutes',
  },
};

export const stageNames: readonly string[] = Object.keys(STAGES);

/** What an operator configured can't be used; the message is for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * @param stage a name from {@link STAGES}
 * @param file JSON with the fields that differ from the stage's defaults, merged over them at every depth, or with these fields for each stage by its name
 * @param name the file in errors, where `file` is a copy of the operator's
 * @throws ConfigError that names every wrong field, what is wrong with it and where it was given
 */
export function loadConfig(stage: string, file?: string, name = file): Config {
  if (!Object.hasOwn(STAGES, stage)) {
    throw new ConfigError(
      `There is no stage "${stage}". Use one of: ${Object.keys(STAGES).join(', ')} (-c stage=dev)`,
    );
  }
  const overrides = file === undefined ? {} : fieldsOf(stage, readConfigFile(file, name), stageNames);
  const result = configSchema.safeParse(mergeOverrides(STAGES[stage] ?? {}, overrides), {
    error: unknownFields,
  });
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `  ${path.length === 0 ? '' : `${path.join('.')}: `}${message}`,
    );
    throw new ConfigError(
      `The configuration of stage "${stage}"${name ? ` with ${name}` : ''} is not valid:\n${problems.join('\n')}`,
    );
  }
  return { stage, ...result.data };
}

/** Some editors begin a file of UTF-8 with one. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * @param name the file in errors
 * @throws ConfigError when the file does not hold a JSON object, or holds stages and something else
 */
export function readConfigFile(file: string, name = file): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    throw new ConfigError(
      `The configuration file ${name} cannot be read as JSON: ${(error as Error).message}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`The configuration file ${name} must hold a JSON object`);
  }
  const fields = value as Record<string, unknown>;
  const stages = Object.keys(fields).filter((each) => stageNames.includes(each));
  if (stages.length > 0 && !isByStage(fields, stageNames)) {
    throw new ConfigError(
      `The configuration file ${name} names the ${stages.length === 1 ? 'stage' : 'stages'} ${stages.join(', ')}, so it must hold ` +
        'nothing but stages, each with an object of its fields',
    );
  }
  return fields;
}
