// What a session is at the moment it starts.
import { describe, expect, it } from 'vitest';
import { sessionAtStart } from '../../../functions/sessions/session-item.ts';

describe('a session that has just started', () => {
  it('has the 14 published fields, with nothing counted and no end', () => {
    expect(
      sessionAtStart({
        address: {
          orgId: 'org_1',
          workspaceId: 'ws_1',
          personaId: 'psn_1',
          ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
          shard: 0,
        },
        userId: 'usr_1',
        title: 'Hello',
        startedAt: '2026-01-02T03:04:05.006Z',
      }),
    ).toStrictEqual({
      sessionId: 'chs_01ARZ3NDEKTSV4RRFFQ69G5FAV_psn_1',
      orgId: 'org_1',
      workspaceId: 'ws_1',
      personaId: 'psn_1',
      userId: 'usr_1',
      title: 'Hello',
      status: 'active',
      messageCount: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsdMicros: 0,
      startedAt: '2026-01-02T03:04:05.006Z',
      lastActiveAt: '2026-01-02T03:04:05.006Z',
      endedAt: '',
    });
  });
});
