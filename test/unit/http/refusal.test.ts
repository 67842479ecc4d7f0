// Refusals: codes with their statuses, and validation errors that list what is wrong.
import { describe, expect, it } from 'vitest';
import { notFound, validationFailed } from '../../../functions/http/refusal.ts';

describe('a refusal', () => {
  it('says the same of everything that a caller may not see', () => {
    expect(notFound('Persona').message).toBe(notFound('Persona').message);
    expect(notFound('Persona').message).not.toMatch(/archived|org/i);
  });
});

describe('a validation error', () => {
  const problem = (i: number) => ({ path: `field${i}`, message: 'is wrong' });

  it('says its one problem', () => {
    const refusal = validationFailed([problem(1)]);
    expect(refusal.message).toBe('field1 is wrong.');
    expect(refusal.details).toEqual({ issues: [problem(1)] });
  });

  it('says its first problem and how many there are besides', () => {
    const refusal = validationFailed([problem(1), problem(2), problem(3)]);
    expect(refusal.message).toBe('field1 is wrong (and 2 more, see details.issues).');
    expect(refusal.details).toEqual({ issues: [problem(1), problem(2), problem(3)] });
  });

  it('lists a hundred at the most, and says that there are more', () => {
    const refusal = validationFailed(Array.from({ length: 500 }, (_, i) => problem(i)));
    expect(refusal.message).toContain('(and 499 more, the first 100 are listed in details.issues)');
    expect(refusal.details?.issues).toHaveLength(100);
  });

  it('needs a problem', () => {
    expect(() => validationFailed([])).toThrow('at least one problem');
  });
});
