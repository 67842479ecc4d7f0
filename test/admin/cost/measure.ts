// Measures what a start and a turn consume, on the local stack as it is synthesised for prod.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Measured } from '../../../admin/cost/measured.ts';
import { createPersona } from '../../../admin/create-persona.ts';
import { issueApiKey } from '../../../admin/issue-api-key.ts';
import { parseSessionId } from '../../../functions/sessions/session.ts';
import { userIndexKey } from '../../../functions/sessions/session-item.ts';
import type { LambdaFunction } from '../../../local/assembly/deployment.ts';
import { startEmbeddedDatabase } from '../../../local/database/database.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { synthesise } from '../../../local/synthesise.ts';
import { operatorTable } from '../../engines/operator-table.ts';
import { consumedBy, type DatabaseProxy, startDatabaseProxy } from '../../faults/database-proxy.ts';

export const ORG = {
  orgId: 'org_0123456789abcdef',
  workspaceId: 'ws_0123456789abcdef',
  userId: 'usr_0123456789abcdef',
};
export const PERSONA_ID = 'psn_0123456789abcdef';
export const START_ROUTE = '/v1/personas/{id}/chat/sessions';
const PATH = `/v1/personas/${PERSONA_ID}/chat/sessions`;
export const START_BODY = JSON.stringify({ personaId: PERSONA_ID });

export interface Units {
  readUnits: number;
  writeUnits: number;
  calls: number;
}

export async function measureCalls(): Promise<Pick<Measured, 'start' | 'turn'>> {
  const folder = mkdtempSync(join(tmpdir(), 'moonborn-cost-'));
  const engine = await startEmbeddedDatabase();
  const database = await startDatabaseProxy({ upstream: engine.endpoint, seed: 1, countCapacity: true });
  const synthesised = await synthesise({ folder, stage: 'prod' });
  const stack = await startLocalStack({ port: 0, folder, synthesised, databaseEndpoint: database.url });
  try {
    const table = operatorTable(stack);
    await createPersona(table, { orgId: ORG.orgId, personaId: PERSONA_ID, name: 'Luna' });
    const { secretKey } = await issueApiKey(table, { ...ORG, scopes: ['*'], environment: 'live' });
    const units = new Map<string, Units>();
    observeUnits(database, units);

    const first = await start(stack, secretKey);
    const { sessionId } = JSON.parse(first.text).session;
    await recordTurn(stack, secretKey, sessionId, 1);
    const consumed = {
      authorizer: unitsOf('Authorizer', units),
      startChatSession: unitsOf('StartChatSession', units),
      recordChatTurn: unitsOf('RecordChatTurn', units),
    };
    const written = await writtenBy(stack, () => start(stack, secretKey));
    const writtenByTurn = await writtenBy(stack, () => recordTurn(stack, secretKey, sessionId, 2));

    const cpuMs = (name: string, event: unknown, env?: Record<string, string>) =>
      cpuTimeOf(functionOf(name, stack), engine.endpoint, event, env);
    const bearer = (token: string) => ({
      headers: { authorization: `Bearer ${token}` },
      requestContext: { requestId: 'request-1' },
    });
    const jwt = await stack.signSessionJwt({
      sub: ORG.userId,
      org_id: ORG.orgId,
      workspace_id: ORG.workspaceId,
      scope: '*',
    });
    const turnEvent = eventOf('POST', '/v1/chat/sessions/{id}/turns', sessionId, turnBody('%CALL%'));
    const { ulid = '' } = parseSessionId(sessionId) ?? {};
    return {
      start: {
        authorizerByApiKey: {
          ...consumed.authorizer,
          cpuMs: await cpuMs('Authorizer', bearer(secretKey), { API_KEY_REMEMBER_SECONDS: '0' }),
        },
        authorizerFromMemory: { ...nothing, cpuMs: await cpuMs('Authorizer', bearer(secretKey)) },
        authorizerBySessionJwt: { ...nothing, cpuMs: await cpuMs('Authorizer', bearer(jwt)) },
        startChatSession: {
          ...consumed.startChatSession,
          cpuMs: await cpuMs('StartChatSession', startEvent, { PERSONA_REMEMBER_SECONDS: '0' }),
        },
        ...written,
        sessionItemBytes: await sessionItemBytes(stack, sessionId),
        userIndexKeyBytes: attributeBytes(userIndexKey(ORG, ulid)),
      },
      turn: {
        on: new Date().toISOString().slice(0, 10),
        recordChatTurn: {
          ...consumed.recordChatTurn,
          cpuMs: await cpuMs('RecordChatTurn', turnEvent),
        },
        ...writtenByTurn,
      },
    };
  } finally {
    await stack.close();
    await database.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds up what each function consumes from now on. */
export function observeUnits(database: DatabaseProxy, units: Map<string, Units>): void {
  database.observe(({ caller, operation }, answer) => {
    const sum = units.get(caller) ?? { readUnits: 0, writeUnits: 0, calls: 0 };
    sum[/^(Get|Query)/.test(operation) ? 'readUnits' : 'writeUnits'] += consumedBy(answer) ?? 0;
    sum.calls += 1;
    units.set(caller, sum);
  });
}

const nothing: Units = { readUnits: 0, writeUnits: 0, calls: 0 };

const AUTHORIZED = { authn: 'ok', ...ORG, scopes: '*', credential: 'api_key' };

const startEvent = eventOf('POST', START_ROUTE, PERSONA_ID, START_BODY);

export function eventOf(
  method: string,
  route: string,
  id: string,
  body: string,
  verdict: object = AUTHORIZED,
) {
  const path = route.replace('{id}', id);
  return {
    version: '2.0',
    routeKey: `${method} ${route}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    pathParameters: { id },
    body,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      authorizer: { lambda: verdict },
    },
  };
}

/** @param turn a number, or what stands for it */
function turnBody(turn: number | '%CALL%'): string {
  return `{"turn":${turn},"messages":2,"inputTokens":1200,"outputTokens":350,"costUsdMicros":4100}`;
}

interface Sent {
  readonly text: string;
  /** On the wire, the head included. */
  readonly responseBytes: number;
}

export const start = (stack: LocalStack, apiKey: string) => send(stack, apiKey, PATH, START_BODY);

export const refusedStart = (stack: LocalStack, apiKey: string) => send(stack, apiKey, PATH, START_BODY, 401);

const recordTurn = (stack: LocalStack, apiKey: string, sessionId: string, turn: number) =>
  send(stack, apiKey, `/v1/chat/sessions/${sessionId}/turns`, turnBody(turn));

function send(
  { baseUrl }: LocalStack,
  apiKey: string,
  path: string,
  body: string,
  expected?: number,
): Promise<Sent> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    // As our SDK sends it; the access log has it.
    'user-agent': `moonborn-typescript/0.1.0 Node.js/${process.versions.node.split('.', 1)[0]}`,
  };
  return new Promise((done, failed) => {
    const sent = request(baseUrl + path, { method: 'POST', headers }, (answer) => {
      const status = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`;
      const head = answer.rawHeaders.reduce((sum, part) => sum + part.length + 2, status.length);
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const content = Buffer.concat(chunks);
        const { statusCode = 500 } = answer;
        return (expected === undefined ? statusCode < 300 : statusCode === expected)
          ? done({ text: content.toString(), responseBytes: head + content.length })
          : failed(new Error(`${path} was answered with ${status}`));
      });
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

/** What a call leaves in the logs, and how long its answer is. */
export async function writtenBy(stack: LocalStack, act: () => Promise<Sent>) {
  const linesBefore = stack.logs().length;
  const { responseBytes } = await act();
  const lines = stack.logs().slice(linesBefore);
  return {
    functionLogBytes: bytesOf(lines.map((line) => line.split('\t')[1] ?? '')),
    accessLogBytes: bytesOf(stack.accessLogs().slice(-1)),
    responseBytes,
  };
}

export function unitsOf(name: string, units: ReadonlyMap<string, Units>): Units {
  const found = [...units].find(([caller]) => caller.startsWith(`LOCAL${name}Function`));
  return found === undefined ? nothing : { ...found[1] };
}

export function functionOf(name: string, { deployment }: LocalStack): LambdaFunction {
  const found = deployment.functions.find(({ logicalId }) => logicalId.startsWith(`${name}Function`));
  if (found === undefined) {
    throw new Error(`The assembly has no function for ${name}`);
  }
  return found;
}

export async function cpuTimeOf(
  { codeFolder, environment }: LambdaFunction,
  databaseEndpoint: string,
  event: unknown,
  env: Record<string, string> = {},
): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'cpu-time.ts'), join(codeFolder, 'index.cjs'), JSON.stringify(event)],
    {
      env: {
        ...environment,
        ...env,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_DYNAMODB: databaseEndpoint,
        AWS_LAMBDA_LOG_LEVEL: 'INFO',
      },
    },
  );
  return Math.round(Number(stdout) * 1_000) / 1_000;
}

/** What CloudWatch charges for: the text, and 26 bytes for each event. */
function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 26, 0);
}

/** With the 100 bytes that storage adds. */
async function sessionItemBytes({ table }: LocalStack, exceptFor: string): Promise<number> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  const used = parseSessionId(exceptFor)?.ulid ?? '';
  const session = Items.find(({ sk }) => String(sk).includes('SESSION#') && !String(sk).endsWith(used));
  return 100 + attributeBytes(session ?? {});
}

/** Names and values, as DynamoDB counts the size of an item. */
function attributeBytes(attributes: object): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)),
    0,
  );
}
