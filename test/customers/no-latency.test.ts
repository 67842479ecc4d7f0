// What limits add to the time of a start, on a table that takes 20 ms for each call. Prints the medians.
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { setOrgPlan } from '../../admin/org-plan.ts';
import { alteredAssembly } from '../alarms/altered-assembly.ts';
import { start } from '../faults/caller.ts';
import { startFaultyStack } from '../faults/faulty-stack.ts';
import { runSize } from '../faults/run-size.ts';
import { secondsLeftInWindow } from './one-window.ts';

const CALL_MS = 20;
const STARTS = runSize({ byDefault: 25, full: 100 });

interface Case {
  readonly plan: 'off' | 'per-minute-150' | 'plenty';
  readonly rememberSeconds: number;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
});

interface Times {
  readonly medianMs: number;
  /** A busy machine only ever adds. */
  readonly quickMs: number;
}

async function timesOf({ plan, rememberSeconds }: Case): Promise<Times> {
  const assembly = alteredAssembly(inject('synthesised'), ({ properties }) => {
    const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
    if ('RATE_LIMITS' in Variables) {
      Variables.PERSONA_REMEMBER_SECONDS = String(rememberSeconds);
      Variables.RATE_LIMITS = plan === 'off' ? '' : (Variables.RATE_LIMITS ?? '');
    }
  });
  folders.push(assembly.assemblyFolder);
  const stack = await startFaultyStack({ synthesised: assembly, seed: 1 });
  try {
    const tenant = await stack.newTenant();
    await setOrgPlan(stack.table, { orgId: tenant.orgId, plan });
    stack.database.follow([{ fault: { kind: 'delay', ms: CALL_MS } }]);
    await secondsLeftInWindow(15);
    const times: number[] = [];
    for (let i = 0; i < STARTS; i += 1) {
      const startedMs = performance.now();
      expect((await start(stack.gatewayUrl, tenant)).status).toBe(201);
      times.push(performance.now() - startedMs);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(STARTS * share)] as number;
    return { medianMs: at(0.5), quickMs: at(0.1) };
  } finally {
    await stack.close();
    stack.remove();
  }
}

/** @returns by how many calls to the table one is slower than the other. */
async function slowerBy(one: Case, other: Case): Promise<number> {
  const [times, otherTimes] = [await timesOf(one), await timesOf(other)];
  for (const [which, { medianMs }] of [
    [one, times],
    [other, otherTimes],
  ] as const) {
    console.info(`${describeCase(which)}: ${medianMs.toFixed(1)} ms`);
  }
  return (times.quickMs - otherTimes.quickMs) / CALL_MS;
}

function describeCase({ plan, rememberSeconds }: Case): string {
  return `limits ${plan}, personas remembered for ${rememberSeconds} s`;
}

describe('a start with limits takes as long as one without', () => {
  it('on a small plan, whose count is waited for beside the read of the persona', async () => {
    const small: Case = { plan: 'per-minute-150', rememberSeconds: 0 };
    expect(await slowerBy(small, { plan: 'off', rememberSeconds: 0 })).toBeLessThan(0.6);
  });

  it('on a great plan, whose count is not waited for, even where the persona is remembered', async () => {
    const great: Case = { plan: 'plenty', rememberSeconds: 5 };
    expect(await slowerBy(great, { plan: 'off', rememberSeconds: 5 })).toBeLessThan(0.6);
  });
});

it('where a small plan leaves nothing to count beside, a start takes as long as one that reads its persona', async () => {
  const small: Case = { plan: 'per-minute-150', rememberSeconds: 5 };
  expect(await slowerBy(small, { plan: 'off', rememberSeconds: 0 })).toBeLessThan(0.6);
});
