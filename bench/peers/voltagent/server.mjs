// Conversations of VoltAgent in a LibSQL file, behind its own HTTP API.
import { Agent, Memory, VoltAgent } from '@voltagent/core';
import { LibSQLMemoryAdapter } from '@voltagent/libsql';
import { honoServer } from '@voltagent/server-hono';

const [, , port, file] = process.argv;
const memory = new Memory({ storage: new LibSQLMemoryAdapter({ url: `file:${file}` }) });
const agent = new Agent({ name: 'agent', instructions: 'none', model: 'openai/gpt-4o', memory });
new VoltAgent({ agents: { agent }, server: honoServer({ port: Number(port), hostname: '127.0.0.1' }) });
