// Which calls meet which faults: rules that are asked in order, the same again for the same seed and order of calls.
import type { Fault } from './fault.ts';
import { seededRandom } from './seeded-random.ts';

export interface Rule<Call> {
  /** The calls it is about; absent for all. */
  readonly when?: (call: Call) => boolean;
  /** Only the nth of them, counted from 1, or several of them. */
  readonly nth?: number | readonly number[];
  /** From 0 to 1; absent for always. */
  readonly probability?: number;
  /** One fault, or several of which each call meets one. */
  readonly fault: Fault | readonly Fault[];
}

export type Script<Call> = readonly Rule<Call>[];

/** @returns what happens to the next call; the first rule that applies decides. */
export function readScript<Call>(script: Script<Call>, seed: number): (call: Call) => Fault | undefined {
  const rules = script.map((rule, i) => follow(rule, seed, i));
  return (call) => {
    let decided: Fault | undefined;
    // Every rule counts the calls that it is about, whether or not another one has decided.
    for (const rule of rules) {
      const fault = rule(call);
      decided ??= fault;
    }
    return decided;
  };
}

function follow<Call>(rule: Rule<Call>, seed: number, position: number): (call: Call) => Fault | undefined {
  const random = seededRandom(seed).fork(`rule ${position}`);
  const faults: readonly Fault[] = 'kind' in rule.fault ? [rule.fault] : rule.fault;
  const chosen = rule.nth === undefined ? undefined : new Set([rule.nth].flat());
  let matched = 0;
  return (call) => {
    if (rule.when !== undefined && !rule.when(call)) {
      return undefined;
    }
    matched += 1;
    if (chosen !== undefined && !chosen.has(matched)) {
      return undefined;
    }
    return random.chance(rule.probability ?? 1) ? random.pick(faults) : undefined;
  };
}
