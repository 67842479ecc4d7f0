// The numbers behind the bill still hold. COST_MEASURE=write puts new ones into infra/cost/measured.json.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { MEASURED_FILE, type Measured, type MeasuredCall, readMeasured } from '../../infra/cost/measured.ts';
import { measureStart } from './measure.ts';

/** Ids and numbers are not always equally long. */
const BYTES_TOLERANCE = 0.1;
/** Machines differ, and this one may be busy. */
const CPU_TOLERANCE = 4;

it('a start consumes what the bill says that it consumes', async () => {
  const now = await measureStart();
  if (process.env.COST_MEASURE === 'write') {
    const machine = `${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}`;
    const on = new Date().toISOString().slice(0, 10);
    const measured: Measured = { on, machine, start: now, assumed: readMeasured().assumed };
    writeFileSync(MEASURED_FILE, `${JSON.stringify(measured, null, 2)}\n`);
  }
  const { start } = readMeasured();
  for (const [part, recorded] of Object.entries(start)) {
    const measured = now[part as keyof typeof now];
    if (typeof recorded === 'number') {
      expect(Math.abs(Number(measured) - recorded), part).toBeLessThanOrEqual(recorded * BYTES_TOLERANCE);
    } else {
      expectSame(measured as MeasuredCall, recorded, part);
    }
  }
});

function expectSame(measured: MeasuredCall, recorded: MeasuredCall, part: string): void {
  expect({ ...measured, cpuMs: 0 }, part).toEqual({ ...recorded, cpuMs: 0 });
  expect(measured.cpuMs, part).toBeLessThan(recorded.cpuMs * CPU_TOLERANCE);
}
