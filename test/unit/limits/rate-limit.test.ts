// Limits by plan, and how far an instance may go ahead of the count.
import { describe, expect, it } from 'vitest';
import { highestLimit, limitOfPlan, Tab, tabSize, windowOf } from '../../../functions/limits/rate-limit.ts';

const LIMITS = {
  plans: { free: { requestsPerMinute: 60 }, team: { requestsPerMinute: 6_000 } },
  defaultPlan: 'free',
};

describe('a plan', () => {
  it('has the limit of its name', () => {
    expect(limitOfPlan(LIMITS, 'team')).toBe(6_000);
  });

  it.each([undefined, 'gone', 'constructor', '__proto__', 7, null])(
    'that is %j, which nobody configured, is the default plan',
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

describe('the requests that an instance lets through before they are counted', () => {
  it.each([
    { limit: 60, remaining: 60, size: 0 },
    { limit: 255, remaining: 255, size: 0 },
    { limit: 600, remaining: 599, size: 1 },
    { limit: 600, remaining: 255, size: 0 },
    { limit: 60_000, remaining: 60_000, size: 46 },
    { limit: 60_000, remaining: 5_000, size: 19 },
    { limit: 60_000, remaining: 256, size: 1 },
    { limit: 60_000, remaining: 255, size: 0 },
    { limit: 60_000, remaining: -1, size: 0 },
  ])('are $size with $remaining of $limit remaining', ({ limit, remaining, size }) => {
    expect(tabSize({ limit, remaining, ageMs: 0 })).toBe(size);
  });

  it('are none once what is known is old', () => {
    expect(tabSize({ limit: 60_000, remaining: 60_000, ageMs: 5_000 })).toBe(46);
    expect(tabSize({ limit: 60_000, remaining: 60_000, ageMs: 5_001 })).toBe(0);
  });

  it.each([1_280, 5_000, 60_000, 1_000_000])(
    'are at most a 64th of a twentieth of a limit of %i, so that 64 instances stay within 5 %',
    (limit) => {
      for (const part of [0.01, 0.1, 0.5, 1]) {
        const size = tabSize({ limit, remaining: Math.floor(limit * part), ageMs: 0 });
        expect(size * 64).toBeLessThanOrEqual(limit * 0.05);
      }
    },
  );
});

describe('the tab of an instance', () => {
  it('waits for the count of the first request, since nothing is known yet', () => {
    const tab = new Tab(0);
    expect(tab.standing).toBeUndefined();
    expect(tab.take(0)).toEqual({ count: 1, goesAhead: false });
  });

  it('counts each request beside its work while much remains of a small limit', () => {
    const tab = new Tab(0);
    tab.take(0);
    tab.learn(600, 599, 0);
    expect(tab.take(1)).toEqual({ count: 1, goesAhead: true });
  });

  it('counts several at once under a great limit', () => {
    const tab = new Tab(0);
    tab.take(0);
    tab.learn(3_840, 3_839, 0);
    expect([tab.take(1), tab.take(2), tab.take(3)]).toEqual([
      { count: 0, goesAhead: true },
      { count: 0, goesAhead: true },
      { count: 3, goesAhead: true },
    ]);
  });

  it('tells a caller what remains, the uncounted ones taken off', () => {
    const tab = new Tab(60_000);
    tab.take(60_000);
    tab.learn(3_840, 3_839, 60_000);
    tab.take(60_001);
    expect(tab.standing).toEqual({ limit: 3_840, remaining: 3_838, resetsAtMs: 120_000 });
  });

  it('is over when nothing remains, and does not forget that when an older count comes in late', () => {
    const tab = new Tab(0);
    tab.learn(60, 1, 0);
    expect(tab.isOver).toBe(false);
    tab.learn(60, 0, 1);
    expect(tab.isOver).toBe(true);
    tab.learn(60, 1, 2);
    expect(tab.isOver).toBe(true);
    expect(tab.standing?.remaining).toBe(0);
  });

  it('counts later what it could not count at once', () => {
    const tab = new Tab(0);
    tab.letThrough(1, undefined);
    expect(tab.standing).toBeUndefined();
    expect(tab.take(1)).toEqual({ count: 2, goesAhead: false });
  });

  it('tells what it can while nothing can be counted, and waits for the next count', () => {
    const tab = new Tab(0);
    tab.letThrough(1, 6_000);
    expect(tab.standing).toMatchObject({ limit: 6_000, remaining: 5_999 });
    expect(tab.take(9_000)).toEqual({ count: 2, goesAhead: false });
  });
});
