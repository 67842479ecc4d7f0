// Which personas a caller can start a session with.
import { describe, expect, it } from 'vitest';
import { isVisiblePersona, type Persona } from '../../../functions/personas/persona.ts';

const persona: Persona = { name: 'Ada', status: 'active' };

describe('a persona', () => {
  it('without a workspace is visible to every workspace of its org', () => {
    expect(isVisiblePersona(persona, 'ws_1')).toBe(true);
    expect(isVisiblePersona(persona, 'ws_2')).toBe(true);
  });

  it('of a workspace is visible there, and nowhere else', () => {
    expect(isVisiblePersona({ ...persona, workspaceId: 'ws_1' }, 'ws_1')).toBe(true);
    expect(isVisiblePersona({ ...persona, workspaceId: 'ws_1' }, 'ws_2')).toBe(false);
    expect(isVisiblePersona({ ...persona, workspaceId: 'ws_1' }, 'WS_1')).toBe(false);
  });

  it('that is archived is visible to nobody', () => {
    expect(isVisiblePersona({ ...persona, status: 'archived' }, 'ws_1')).toBe(false);
    expect(isVisiblePersona({ ...persona, status: 'archived', workspaceId: 'ws_1' }, 'ws_1')).toBe(false);
  });

  it('that does not exist is visible to nobody', () => {
    expect(isVisiblePersona(undefined, 'ws_1')).toBe(false);
  });

  it('in a state that is not known is visible to nobody', () => {
    expect(isVisiblePersona({ ...persona, status: 'draft' as 'active' }, 'ws_1')).toBe(false);
  });
});
