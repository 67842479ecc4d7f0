// The configured issuers of session JWTs: validated, and completed with defaults for the authorizer.
import { z } from 'zod';
import type { ClaimName, ClaimSource, IssuerSettings } from '../functions/env.ts';
import { routes } from '../functions/routes.ts';
import { unknownFields } from './unknown-fields.ts';

/** Lambda limits environment variables to 4 KB in total; the others of the authorizer take less than 500 bytes. */
const ISSUERS_MAX_BYTES = 3_500;

const CLAIM_FORM =
  'must be the name of a claim, taken literally, or a list of names that leads to one, such as ["app_metadata", "org_id"]';

const claimName = z.custom<ClaimName>(isClaimName, { error: CLAIM_FORM });

const ID = /^[A-Za-z0-9_-]{1,64}$/;

const claimSource = z.custom<ClaimSource>(
  (given) => isClaimName(given) || z.strictObject({ value: z.string().regex(ID) }).safeParse(given).success,
  { error: `${CLAIM_FORM}, or { "value": "…" } with 1 to 64 letters, digits, "_" and "-"` },
);

const PLACEHOLDER = /[{}<>]|%7B|%7D/i;

const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .refine((url) => !PLACEHOLDER.test(url), { error: 'holds a placeholder: put in the value of your tenant' });

/** The public members of RFC 7518. Certificates are left out: they are not used, and long. */
const publicJwk = z
  .looseObject({ kid: z.string().min(1), kty: z.enum(['RSA', 'EC', 'OKP']) })
  .refine((jwk) => !('d' in jwk), {
    error: 'is a private key. Pin the public one, and replace this key at the issuer: it was given away',
  })
  .transform(({ kid, kty, ...rest }) => {
    const kept = Object.entries(rest).filter(([name]) =>
      ['use', 'alg', 'n', 'e', 'crv', 'x', 'y'].includes(name),
    );
    return { kid, kty, ...(Object.fromEntries(kept) as Record<string, string>) };
  });

const SCOPES = [...new Set(Object.values(routes).map(({ scope }) => scope)), '*'];

const roles = z.strictObject({
  claim: claimName,
  /** The scopes that each role grants. */
  grants: z
    .record(z.string().min(1), z.array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` })))
    .refine((grants) => Object.keys(grants).length > 0, {
      error: 'must grant something to at least one role',
    }),
});

const issuer = z
  .strictObject({
    /** Compared exactly with `iss`; a trailing slash counts. */
    issuer: httpsUrl,
    /** The accepted audiences. `null` accepts any, and must be written explicitly. */
    audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1), z.null()], {
      error:
        'must be a text, a list of texts, or null where the tokens name no audience (see docs/identity-providers.md)',
    }),
    /** The claim with the audience. Beside `aud`, some providers use `client_id` or `azp`. */
    audienceClaim: claimName.optional(),
    /** Absent: `<issuer>/.well-known/jwks.json`. `null`: nothing is fetched, only the pinned keys are used. */
    jwksUri: httpsUrl.nullable().optional(),
    /** Trusted while the issuer can't be reached. */
    pinnedJwks: z.looseObject({ keys: z.array(publicJwk).min(1) }).optional(),
    claims: z
      .strictObject({
        user: claimName.default('sub'),
        org: claimSource.default('org_id'),
        workspace: claimSource.default('workspace_id'),
        /** By default `scope`, or none where roles are configured. */
        scopes: claimName.optional(),
      })
      .prefault({}),
    scopePrefix: z
      .string()
      .regex(/^[\x21-\x7e]*$/, { error: 'must be visible ASCII characters' })
      .default(''),
    roles: roles.optional(),
    clockToleranceSeconds: z.int().min(0).max(300).default(10),
  })
  .refine(({ jwksUri, pinnedJwks }) => jwksUri !== null || pinnedJwks !== undefined, {
    path: ['pinnedJwks'],
    error: 'is required when jwksUri is null, since there would be no key to verify with',
  })
  .refine(({ audience, audienceClaim }) => audience !== null || audienceClaim === undefined, {
    path: ['audienceClaim'],
    error: 'has no use while audience is null',
  })
  .refine(({ claims, roles, scopePrefix }) => scopePrefix === '' || !roles || claims.scopes !== undefined, {
    path: ['scopePrefix'],
    error: 'has no use: with roles, scopes are read only from a claim that claims.scopes names',
  })
  .transform(complete);

/** One issuer, or a list. Errors of a single issuer name its fields without an index. */
export const sessionJwt = z
  .custom<z.input<typeof issuer> | readonly z.input<typeof issuer>[]>()
  .transform((given, context): readonly IssuerSettings[] => {
    const parsed = Array.isArray(given)
      ? z.array(issuer).min(1).safeParse(given, { error: unknownFields })
      : issuer.transform((one) => [one]).safeParse(given, { error: unknownFields });
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        context.addIssue({ code: 'custom', path, message });
      }
      return z.NEVER;
    }
    for (const [at, { issuer: name }] of parsed.data.entries()) {
      if (parsed.data.findIndex((other) => other.issuer === name) !== at) {
        context.addIssue({ code: 'custom', path: [at, 'issuer'], message: `is configured twice: ${name}` });
      }
    }
    const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
    if (bytes > ISSUERS_MAX_BYTES) {
      context.addIssue({
        code: 'custom',
        message: `takes ${bytes} bytes as the authorizer reads it, and ${ISSUERS_MAX_BYTES} is the most: a Lambda function has 4 KB for all of its variables. Pin only the keys in use, or none; name fewer roles or issuers`,
      });
    }
    return parsed.data;
  });

type Parsed = Omit<IssuerSettings, 'audience' | 'audienceClaim' | 'jwksUri' | 'claims' | 'pinnedJwks'> & {
  readonly audience: string | readonly string[] | null;
  readonly audienceClaim?: ClaimName | undefined;
  readonly jwksUri?: string | null | undefined;
  readonly pinnedJwks?: { readonly keys: readonly z.output<typeof publicJwk>[] } | undefined;
  readonly claims: Omit<IssuerSettings['claims'], 'scopes'> & { readonly scopes?: ClaimName | undefined };
};

function complete({
  audience,
  audienceClaim,
  jwksUri,
  pinnedJwks,
  claims,
  roles,
  ...rest
}: Parsed): IssuerSettings {
  return {
    ...rest,
    audience: typeof audience === 'string' ? [audience] : audience,
    audienceClaim: audienceClaim ?? 'aud',
    jwksUri: jwksUri === undefined ? `${rest.issuer.replace(/\/$/, '')}/.well-known/jwks.json` : jwksUri,
    ...(pinnedJwks && { pinnedJwks: { keys: [...pinnedJwks.keys] } }),
    claims: { ...claims, scopes: claims.scopes ?? (roles ? null : 'scope') },
    ...(roles && { roles }),
  };
}

function isClaimName(given: unknown): given is ClaimName {
  const isName = (name: unknown) => typeof name === 'string' && name !== '';
  return isName(given) || (Array.isArray(given) && given.length > 0 && given.every(isName));
}
