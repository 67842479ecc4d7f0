// When sessions are removed by themselves.
import { describe, expect, it } from 'vitest';
import { expiresAt } from '../../../functions/sessions/expiry.ts';

describe('the expiry of a session', () => {
  it('is that many days later, in whole epoch seconds, never early', () => {
    const fromMs = Date.parse('2026-01-01T00:00:00.001Z');
    expect(expiresAt(fromMs, 30)).toBe(Date.parse('2026-01-31T00:00:01.000Z') / 1000);
  });

  it('is absent where the operator keeps sessions', () => {
    expect(expiresAt(Date.now(), undefined)).toBeUndefined();
  });
});
