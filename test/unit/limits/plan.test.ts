// Limits by plan, and the windows in which requests are counted.
import { describe, expect, it } from 'vitest';
import { windowOf } from '../../../functions/limits/count-requests.ts';
import { highestLimit, limitOfPlan } from '../../../functions/limits/limit-requests.ts';

const LIMITS = {
  plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
  defaultPlan: 'free',
};

describe('a plan', () => {
  it('has the limit of its name', () => {
    expect(limitOfPlan(LIMITS, 'team')).toBe(6_000);
  });

  it.each([undefined, 'gone', 'constructor', '__proto__'])(
    'that is %j, which the configuration does not have, is the default plan',
    (plan) => {
      expect(limitOfPlan(LIMITS, plan)).toBe(60);
    },
  );

  it('may be the highest', () => {
    expect(highestLimit(LIMITS)).toBe(6_000);
  });
});

describe('a window', () => {
  it('is a minute of the clock', () => {
    const minute = Date.parse('2026-11-23T10:15:00Z');
    expect(windowOf(minute)).toBe(minute);
    expect(windowOf(minute + 59_999)).toBe(minute);
    expect(windowOf(minute + 60_000)).toBe(minute + 60_000);
  });
});
