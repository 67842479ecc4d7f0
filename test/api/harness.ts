// Speaks HTTP to the local stack: tenants made by the operators' commands, calls, and credentials of every kind.
import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';
import { inject } from 'vitest';
import { createPersona, type NewPersona } from '../../admin/create-persona.ts';
import { issueApiKey, type NewApiKey } from '../../admin/issue-api-key.ts';
import { openTable } from '../../functions/dynamodb/sdk.ts';
import type { Table } from '../../functions/dynamodb/table.ts';
import { acceptAnswer } from '../openapi/strict-client.ts';

export interface StackUnderTest {
  readonly baseUrl: string;
  readonly databaseEndpoint: string;
  readonly tableName: string;
  readonly region: string;
  readonly issuer: string;
  readonly audience: string;
  /** Whether the table has the index of sessions by user. */
  readonly sessionsByUser: boolean;
  readonly signingKey: JWK;
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackUnderTest;
  }
}

export const stack = inject('stack');

/** The table as an operator reaches it. */
export function operatorsTable(): Table {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = stack.databaseEndpoint;
  process.env.AWS_REGION = stack.region;
  const limits = { maxAttempts: 3, connectionTimeoutMs: 5_000, requestTimeoutMs: 10_000 };
  return openTable(stack.tableName, limits)();
}

export interface Tenant {
  readonly orgId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly personaId: string;
  readonly apiKey: string;
}

/** An org with one persona of the whole org, and a key that may do everything. */
export async function newTenant(
  options: Partial<Tenant> & { scopes?: NewApiKey['scopes'] } = {},
): Promise<Tenant> {
  const tenant = {
    orgId: options.orgId ?? `org_${unique()}`,
    workspaceId: options.workspaceId ?? `ws_${unique()}`,
    userId: options.userId ?? `usr_${unique()}`,
    personaId: options.personaId ?? `psn_${unique()}`,
  };
  if (options.personaId === undefined) {
    await newPersona({ ...tenant, workspaceId: undefined });
  }
  return { ...tenant, apiKey: await newApiKey(tenant, { scopes: options.scopes ?? ['*'] }) };
}

export async function newPersona({
  orgId,
  personaId,
  workspaceId,
}: {
  orgId: string;
  personaId: string;
  workspaceId: string | undefined;
}): Promise<void> {
  const persona: NewPersona = { orgId, personaId, name: 'Luna' };
  await createPersona(operatorsTable(), workspaceId === undefined ? persona : { ...persona, workspaceId });
}

export async function newApiKey(
  { orgId, workspaceId, userId }: Pick<Tenant, 'orgId' | 'workspaceId' | 'userId'>,
  { scopes, expiresOn }: { scopes: NewApiKey['scopes']; expiresOn?: string },
): Promise<string> {
  const { secretKey } = await issueApiKey(operatorsTable(), {
    orgId,
    workspaceId,
    userId,
    scopes,
    environment: 'test',
    ...(expiresOn === undefined ? {} : { expiresOn }),
  });
  return secretKey;
}

export function unique(): string {
  return randomUUID().replaceAll('-', '').slice(0, 20);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly body: any;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

export async function call(
  method: string,
  path: string,
  { token, headers, json, raw }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(stack.baseUrl + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(raw !== undefined ? { body: raw } : json !== undefined ? { body: JSON.stringify(json) } : {}),
  });
  const text = await response.text();
  await acceptAnswer({ method, path, status: response.status, headers: response.headers, text });
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

export function start(
  { personaId, apiKey }: Pick<Tenant, 'personaId' | 'apiKey'>,
  {
    key,
    token = apiKey,
    ...body
  }: { key?: string; token?: string; title?: unknown; metadata?: unknown } = {},
): Promise<Answer> {
  return call('POST', `/v1/personas/${personaId}/chat/sessions`, {
    token,
    json: { personaId, ...body },
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
}

export interface JwtOverrides {
  readonly claims?: Record<string, unknown>;
  readonly without?: readonly string[];
  readonly key?: JWK;
}

const SESSION_JWT_SECONDS = 600;

/** A session JWT that is good for the tenant unless something is overridden. */
export async function sessionJwt(
  { orgId, workspaceId, userId }: Pick<Tenant, 'orgId' | 'workspaceId' | 'userId'>,
  { claims = {}, without = [], key = stack.signingKey }: JwtOverrides = {},
): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const payload: Record<string, unknown> = {
    iss: stack.issuer,
    aud: stack.audience,
    sub: userId,
    iat: nowSeconds,
    exp: nowSeconds + SESSION_JWT_SECONDS,
    org_id: orgId,
    workspace_id: workspaceId,
    scope: 'read:chat write:chat',
    ...claims,
  };
  for (const claim of without) {
    delete payload[claim];
  }
  return new SignJWT(payload)
    .setProtectedHeader({
      alg: key.alg ?? 'ES256',
      ...(key.kid === undefined ? {} : { kid: key.kid }),
    })
    .sign(await importJWK(key, key.alg ?? 'ES256'));
}
