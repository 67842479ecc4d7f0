// The compared servers: how each is installed, started and called, and what a made thread or session promises.
import type { StartCall } from '../load/measure-load.ts';

/** What a successful answer promises, in a word or two for the table. */
export interface Promises {
  /** The session survives a kill of the server, or a loss of power. */
  readonly durable: string;
  /** A request that is sent again does not make a second session. */
  readonly exactlyOnce: string;
  /** Nobody reads sessions of another tenant. */
  readonly tenants: string;
  /** The caller has to prove who they are. */
  readonly authentication: string;
}

export interface Peer {
  readonly name: string;
  /** In `bench/peers/`. Its `package.json` or `requirements.txt` names exact versions. */
  readonly folder: string;
  /** @returns the program and its arguments, in the installed folder. */
  readonly command: (port: number) => readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly call: StartCall;
  readonly promises: Promises;
}

const json = (path: string, body: object): StartCall => ({
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** A server as its documentation shows it first: each can be given authentication by code of its own. */
const OPEN = { exactlyOnce: 'no', tenants: 'no', authentication: 'no' };

export const PEERS: readonly Peer[] = [
  {
    name: 'LangGraph dev server',
    folder: 'langgraph',
    command: (port) => ['venv/bin/langgraph', 'dev', '--no-browser', '--no-reload', '--port', String(port)],
    env: { LANGSMITH_TRACING: 'false', LANGGRAPH_CLI_NO_ANALYTICS: '1', NO_COLOR: '1' },
    call: json('/threads', { metadata: { user_id: 'usr_bench' } }),
    promises: { ...OPEN, durable: 'no: in memory', exactlyOnce: 'with an id of the caller' },
  },
  {
    name: 'Mastra, LibSQL file',
    folder: 'mastra',
    command: (port) => [process.execPath, 'server.mjs', String(port), 'threads.db'],
    call: json('/api/memory/threads?agentId=agent', { resourceId: 'usr_bench', title: '' }),
    promises: { ...OPEN, durable: 'a kill', exactlyOnce: 'with an id of the caller' },
  },
  {
    name: 'VoltAgent, LibSQL file',
    folder: 'voltagent',
    command: (port) => [process.execPath, 'server.mjs', String(port), 'conversations.db'],
    call: json('/api/memory/conversations', {
      agentId: 'agent',
      resourceId: 'psn_bench',
      userId: 'usr_bench',
      title: '',
    }),
    promises: { ...OPEN, durable: 'a kill' },
  },
  {
    name: 'Fastify, SQLite FULL',
    folder: 'fastify-sqlite',
    command: (port) => [process.execPath, 'server.mjs', String(port), 'sessions.db'],
    call: json('/sessions', { personaId: 'psn_bench' }),
    promises: { ...OPEN, durable: 'a loss of power' },
  },
];
