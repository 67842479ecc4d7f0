// Threads of Mastra in a LibSQL file, behind its own HTTP API.
import { serve } from '@hono/node-server';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { MastraServer } from '@mastra/hono';
import { LibSQLStore } from '@mastra/libsql';
import { Memory } from '@mastra/memory';
import { Hono } from 'hono';

const [, , port, file] = process.argv;
const storage = new LibSQLStore({ id: 'threads', url: `file:${file}` });
const agent = new Agent({
  id: 'agent',
  name: 'agent',
  instructions: 'none',
  model: 'openai/gpt-4o',
  memory: new Memory({ storage }),
});
const mastra = new Mastra({ agents: { agent }, storage, logger: false });
const app = new Hono();
await new MastraServer({ app, mastra }).init();
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' });
