// A fetch for the `fetch` option, which keeps what it was asked and answers as told.
import type { Fetch, FetchRequest } from '../src/index.ts';

export const session = {
  sessionId: 'chs_1',
  orgId: 'org_demo',
  workspaceId: 'ws_demo',
  personaId: 'psn_demo',
  userId: 'usr_demo',
  title: 'Chat with Demo',
  status: 'active',
  messageCount: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsdMicros: 0,
  startedAt: '2026-03-01T12:00:00.000Z',
  lastActiveAt: '2026-03-01T12:00:00.000Z',
  endedAt: '',
};

export function fakeFetch(answer: () => Response | Promise<Response> = () => Response.json(session)) {
  const asked: ({ url: string } & FetchRequest)[] = [];
  const fetch: Fetch = async (url, request) => {
    asked.push({ url, ...request });
    return answer();
  };
  return { fetch, asked };
}
