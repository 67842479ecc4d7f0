// Measures what a start and a turn consume, on the local stack as it is synthesised for prod.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { MeasuredRequest, MeasuredStart, MeasuredTurn } from '../../../admin/cost/measured.ts';
import { createPersona } from '../../../admin/create-persona.ts';
import { issueApiKey } from '../../../admin/issue-api-key.ts';
import type { LambdaFunction } from '../../../local/assembly/deployment.ts';
import { startEmbeddedDatabase } from '../../../local/database/database.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { synthesise } from '../../../local/synthesise.ts';
import { operatorTable } from '../../engines/operator-table.ts';
import { consumedBy, startDatabaseProxy } from '../../faults/database-proxy.ts';

export const ORG = {
  orgId: 'org_0123456789abcdef',
  workspaceId: 'ws_0123456789abcdef',
  userId: 'usr_0123456789abcdef',
};
/** In the event of a measured call it stands for how many there were before, and this one. */
const CALL_NUMBER = '__CALL_NUMBER__';
export const PERSONA_ID = 'psn_0123456789abcdef';
const PATH = `/v1/personas/${PERSONA_ID}/chat/sessions`;
const BODY = JSON.stringify({ personaId: PERSONA_ID });

interface Units {
  readUnits: number;
  writeUnits: number;
  calls: number;
}

export async function measureRequests(): Promise<{ start: MeasuredStart; turn: MeasuredTurn }> {
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
    database.observe(({ caller, operation }, answer) => {
      const sum = units.get(caller) ?? { readUnits: 0, writeUnits: 0, calls: 0 };
      sum[/^(Get|Query)/.test(operation) ? 'readUnits' : 'writeUnits'] += consumedBy(answer) ?? 0;
      sum.calls += 1;
      units.set(caller, sum);
    });

    const { sessionId } = await start(stack, secretKey);
    const itemBytes = await sessionItemBytes(stack);
    await record(stack, secretKey, sessionId, 1);
    const consumed = {
      authorizer: unitsOf('Authorizer', units),
      startChatSession: unitsOf('StartChatSession', units),
      recordChatTurn: unitsOf('RecordChatTurn', units),
    };
    const started = await requestOf(stack, () => start(stack, secretKey));
    const recorded = await requestOf(stack, () => record(stack, secretKey, sessionId, 2));

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
        ...started,
        sessionItemBytes: itemBytes,
      },
      turn: {
        on: new Date().toISOString().slice(0, 10),
        recordChatTurn: {
          ...consumed.recordChatTurn,
          cpuMs: await cpuMs('RecordChatTurn', turnEvent((await start(stack, secretKey)).sessionId)),
        },
        ...recorded,
      },
    };
  } finally {
    await stack.close();
    await database.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const nothing: Units = { readUnits: 0, writeUnits: 0, calls: 0 };

const startEvent = eventOf('/v1/personas/{id}/chat/sessions', PERSONA_ID, BODY);

/** A turn after the other, by the number of the call. */
function turnEvent(sessionId: string) {
  return eventOf('/v1/chat/sessions/{id}/turns', sessionId, turnBody(CALL_NUMBER));
}

function eventOf(path: string, id: string, body: string) {
  const rawPath = path.replace('{id}', id);
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    pathParameters: { id },
    body,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method: 'POST', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      authorizer: { lambda: { authn: 'ok', ...ORG, scopes: '*', credential: 'api_key' } },
    },
  };
}

function turnBody(turn: number | string): string {
  return `{"turn":${turn},"messages":2,"inputTokens":900,"outputTokens":300,"costUsdMicros":5400}`;
}

/** What is logged and sent for a request. */
async function requestOf(
  stack: LocalStack,
  send: () => Promise<{ readonly responseBytes: number }>,
): Promise<MeasuredRequest> {
  await later();
  const linesBefore = stack.logs().length;
  const { responseBytes } = await send();
  await later();
  return {
    functionLogBytes: bytesOf(
      stack
        .logs()
        .slice(linesBefore)
        .map((line) => line.split('\t')[1] ?? ''),
    ),
    accessLogBytes: bytesOf(stack.accessLogs().slice(-1)),
    responseBytes,
  };
}

/** Lines leave their thread a moment after the answer. */
export function later(): Promise<void> {
  return new Promise((done) => setTimeout(done, 100));
}

interface Sent {
  /** Of the answer on the wire, its head included. */
  readonly responseBytes: number;
  readonly sessionId: string;
}

export function start(stack: LocalStack, apiKey: string): Promise<Sent> {
  return post(stack, apiKey, PATH, BODY);
}

function record(stack: LocalStack, apiKey: string, sessionId: string, turn: number): Promise<Sent> {
  return post(stack, apiKey, `/v1/chat/sessions/${sessionId}/turns`, turnBody(turn));
}

function post({ baseUrl }: LocalStack, apiKey: string, path: string, body: string): Promise<Sent> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    // As our SDK sends it; the access log has it.
    'user-agent': `moonborn-typescript/0.1.0 Node.js/${process.versions.node.split('.', 1)[0]}`,
  };
  return new Promise((done, failed) => {
    const sent = request(baseUrl + path, { method: 'POST', headers }, (answer) => {
      const { statusCode = 0, statusMessage = '', rawHeaders } = answer;
      const head = `HTTP/1.1 ${statusCode} ${statusMessage}`;
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        if (statusCode >= 300) {
          return failed(new Error(`${path} was answered ${statusCode}: ${text}`));
        }
        const headBytes = rawHeaders.reduce((sum, part) => sum + part.length + 2, head.length);
        const { sessionId } = JSON.parse(text).session;
        done({ responseBytes: headBytes + Buffer.byteLength(text), sessionId });
      });
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

function unitsOf(name: string, units: ReadonlyMap<string, Units>): Units {
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

/** Names and values, as DynamoDB counts the size of an item, and 100 bytes that storage adds. */
async function sessionItemBytes({ table }: LocalStack): Promise<number> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  const session = Items.find(({ sk }) => String(sk).includes('SESSION#'));
  return Object.entries(session ?? {}).reduce(
    (sum, [name, value]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)),
    100,
  );
}
