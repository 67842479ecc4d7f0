// The numbers behind the bill still hold. COST_MEASURE=write puts new ones into admin/cost/measured.json.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import {
  MEASURED_FILE,
  type Measured,
  type MeasuredCall,
  readMeasured,
} from '../../../admin/cost/measured.ts';
import { measureCalls } from './measure.ts';
import { measureCustomers } from './measure-customers.ts';
import { measureRefusal } from './measure-refused.ts';

/** Ids and numbers are not always equally long. */
const BYTES_TOLERANCE = 0.1;
/** Beyond what all parts take more than recorded, as they do on a slower machine. */
const CPU_TOLERANCE = 4;

it('a start and a turn consume what the bill says that they consume', async () => {
  const now = await measureCalls();
  const machine = `${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}`;
  record({ ...now, machine, on: new Date().toISOString().slice(0, 10) });
  const { start, turn } = readMeasured();
  for (const [recorded, measured] of [
    [start, now.start],
    [turn, now.turn],
  ]) {
    expectSameParts(new Map(Object.entries(measured ?? {})), recorded ?? {});
  }
});

it('a call with an unknown API key consumes what the bill says', async () => {
  const now = await measureRefusal();
  record({ refused: now });
  expectSameParts(new Map(Object.entries(now)), readMeasured().refused);
});

it('limits, usage and events add what the bill says that they add', async () => {
  const now = await measureCustomers();
  record({ customers: now });
  const { customers } = readMeasured();
  expect(now.limits).toEqual(customers.limits);
  expectSameParts(new Map(Object.entries(now)), {
    countUsage: customers.countUsage,
    publishSessionEvents: customers.publishSessionEvents,
  });
});

function record(measured: Partial<Measured>): void {
  if (process.env.COST_MEASURE === 'write') {
    const all: Measured = { ...readMeasured(), ...measured };
    writeFileSync(MEASURED_FILE, `${JSON.stringify(all, null, 2)}\n`);
  }
}

function expectSameParts(measured: ReadonlyMap<string, unknown>, recorded: object): void {
  const calls: [part: string, measured: MeasuredCall, recorded: MeasuredCall][] = [];
  for (const [part, value] of Object.entries(recorded)) {
    const found = measured.get(part);
    if (typeof value === 'object') {
      calls.push([part, found as MeasuredCall, value]);
    } else if (typeof value === 'number') {
      expect(Math.abs(Number(found) - value), part).toBeLessThanOrEqual(value * BYTES_TOLERANCE);
    }
  }
  const slowness = Math.max(1, Math.min(...calls.map(([, now, then]) => now.cpuMs / then.cpuMs)));
  for (const [part, now, then] of calls) {
    expect({ ...now, cpuMs: 0 }, part).toEqual({ ...then, cpuMs: 0 });
    expect(now.cpuMs, part).toBeLessThan(then.cpuMs * slowness * CPU_TOLERANCE);
  }
}
