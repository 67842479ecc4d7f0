// The local stack with the bundled authorizer, trusting issuers whose keys are at hand here, and whom it let in.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPersona } from '../../../admin/create-persona.ts';
import { authorizerOf } from '../../../bench/deployed.ts';
import type { Table } from '../../../functions/dynamodb/table.ts';
import { runFunction } from '../../../local/lambda/local-function.ts';
import { credentialsOf, runtimeVariables } from '../../../local/lambda/runtime-variables.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import type { Synthesised } from '../../../local/synthesise.ts';
import { readAlarms } from '../../alarms/alarm.ts';
import { alteredAssembly } from '../../alarms/altered-assembly.ts';
import { observedMetrics } from '../../alarms/observed-metrics.ts';
import { operatorTable } from '../../engines/operator-table.ts';
import type { Issuers } from './documented-config.ts';

export interface ProviderStack {
  readonly table: Table;
  /** What the authorizer's bundle says of a token. */
  authorize(token: string): Promise<Record<string, unknown>>;
  newPersona(orgId: string): Promise<string>;
  /** Starts a session, as a client of that persona would. */
  start(token: string, personaId: string): Promise<{ status: number; headers: Headers; text: string }>;
  /** The authorizer's line for that answer. */
  authorizerLine(headers: Headers): Promise<Record<string, unknown>>;
  /** Whether functions or gateway wrote this text into a log. */
  hasWritten(text: string): boolean;
  /** Whether the alarm's metric is beyond its threshold, by all that was written. */
  fires(alarm: string): boolean;
  close(): Promise<void>;
}

export async function startProviderStack(synthesised: Synthesised, issuers: Issuers): Promise<ProviderStack> {
  const assembly = alteredAssembly(synthesised, ({ type, logicalId, properties }) => {
    if (type === 'AWS::Lambda::Function' && logicalId.startsWith('AuthorizerFunction')) {
      const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
      Variables.JWT_ISSUERS = JSON.stringify(issuers);
    }
  });
  const folder = join(assembly.assemblyFolder, '.local');
  const stack = await startLocalStack({ port: 0, folder, synthesised: assembly });
  const table = operatorTable(stack);
  const lambda = authorizerOf(stack.deployment);
  const { databaseEndpoint, region } = stack;
  const variables = runtimeVariables(lambda, region, { databaseEndpoint }, credentialsOf(lambda.logicalId));
  const authorizer = runFunction(lambda, variables, { maxEnvironments: 1, log: () => {} });
  let personas = 0;
  return {
    table,
    async authorize(token) {
      const event = {
        headers: { authorization: `Bearer ${token}` },
        requestContext: { requestId: 'request-1' },
      };
      const { outcome } = await authorizer.invoke(JSON.stringify(event));
      return 'result' in outcome ? JSON.parse(outcome.result).context : outcome;
    },
    async newPersona(orgId) {
      personas += 1;
      const personaId = `psn_${personas}`;
      await createPersona(table, { orgId, personaId, name: 'Luna' });
      return personaId;
    },
    async start(token, personaId) {
      const response = await fetch(`${stack.baseUrl}/v1/personas/${personaId}/chat/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ personaId }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    authorizerLine: (headers) => authorizerLine(stack, headers.get('x-request-id') ?? ''),
    hasWritten: (text) => [...stack.logs(), ...stack.accessLogs()].some((line) => line.includes(text)),
    fires(name) {
      const alarm = readAlarms(assembly.assemblyFolder).find((one) => one.name === name);
      const data = observedMetrics({
        deployment: stack.deployment,
        functionLog: stack.logs(),
        accessLog: stack.accessLogs(),
        streamLog: [],
        onFailureRecords: [],
        databaseCalls: [],
      });
      return alarm?.breaches(alarm.measure(data)) ?? false;
    },
    async close() {
      await authorizer.close();
      await stack.close();
      rmSync(assembly.assemblyFolder, { recursive: true });
    },
  };
}

/** A line leaves its thread a moment after the answer. */
async function authorizerLine(stack: LocalStack, requestId: string): Promise<Record<string, unknown>> {
  for (;;) {
    const lines = stack
      .logs()
      .map((entry) => entry.slice(entry.indexOf('\t') + 1))
      .filter((line) => line.startsWith('{') && line.includes(requestId))
      .map((line): Record<string, unknown> => JSON.parse(line));
    const found = lines.find(({ operation, outcome }) => operation === 'authorize' && outcome !== undefined);
    if (found !== undefined) {
      return found;
    }
    await new Promise((later) => setTimeout(later, 20));
  }
}
