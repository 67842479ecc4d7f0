// `npm run bench -- memory`: the resident memory of the local stack over many starts, and the heaps of its parts.
import autocannon from 'autocannon';
import { type ReadyStack, startCall } from './load/ready-stack.ts';
import { startServer } from './load/server-process.ts';
import type { Memory } from './load/tell-parent.ts';
import { describeMachine, thisMachine } from './report/machine.ts';
import { saveResults } from './report/save-results.ts';
import { rounded, textTable } from './report/text-table.ts';

export interface MemoryOptions {
  readonly requests: number;
  readonly connections: number;
  readonly stage: string;
  /** Fields of the configuration, as JSON. */
  readonly config: string;
}

interface Row extends Memory {
  readonly requests: number;
  readonly perSecond: number;
}

const STEPS = 10;
const PARTS = { gateway: 'main', authorizer: 'Authorizer', start: 'StartChatSession', table: 'dynalite' };

export async function benchMemory({ requests, connections, stage, config }: MemoryOptions): Promise<void> {
  const machine = thisMachine();
  console.log(describeMachine(machine));
  const stack = await startServer<ReadyStack>('serve-stack.ts', [stage, config]);
  try {
    const { baseUrl, personaId, apiKey } = stack.ready;
    const { path, ...call } = startCall(personaId, apiKey);
    const amount = Math.ceil(requests / STEPS);
    const rows: Row[] = [{ requests: 0, perSecond: Number.NaN, ...(await stack.memory()) }];
    for (let step = 1; step <= STEPS; step++) {
      const result = await autocannon({ url: baseUrl + path, method: 'POST', ...call, connections, amount });
      if (result['2xx'] < amount) {
        throw new Error(`Of ${amount} starts, ${amount - result['2xx']} were not answered with success.`);
      }
      const perSecond = result['2xx'] / result.duration;
      rows.push({ requests: step * amount, perSecond, ...(await stack.memory()) });
    }
    console.log(`\n${memoryTable(rows)}\n`);
    console.log(`${stage}, ${connections} connections. The table is in memory, and keeps every session.`);
    console.log(saveResults('memory', machine, { stage, connections, config, rows }));
  } finally {
    await stack.stop();
  }
}

function memoryTable(rows: readonly Row[]): string {
  const megabytes = (bytes: number) => rounded(bytes / 2 ** 20);
  return textTable(
    ['requests', 'resident MB', ...Object.keys(PARTS).map((part) => `heap of ${part}`), 'starts/s'],
    rows.map(({ requests, resident, parts, perSecond }) => [
      requests,
      megabytes(resident),
      ...Object.values(PARTS).map((part) => {
        const named = Object.entries(parts).filter(([name]) => name.startsWith(part));
        return megabytes(named.reduce((sum, [, bytes]) => sum + bytes, 0));
      }),
      rounded(perSecond),
    ]),
  );
}
