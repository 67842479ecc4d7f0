// Every alarm of the template: silent while all is well, and set off by its fault.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readAlarms } from './alarm.ts';
import { alteredAssembly } from './altered-assembly.ts';
import { faultFor } from './faults.ts';
import { type Operation, startWatchedStack } from './watched-stack.ts';

const watched = inject('watched');
const alarms = readAlarms(watched.assemblyFolder);
const cleanUp: (() => unknown)[] = [];

afterAll(async () => {
  for (const step of cleanUp.reverse()) {
    await step();
  }
});

const quiet = startWatchedStack(watched);

beforeAll(async () => {
  const stack = await quiet;
  cleanUp.push(() => stack.close());
  const everything: [Operation, number][] = [
    ['startChatSession', 201],
    ['listChatSessionsForPersona', 200],
    ['getChatSession', 404],
    ['endChatSession', 404],
    ['deleteChatSession', 404],
    ['unknownRoute', 404],
    ['preflight', 204],
  ];
  for (const [operation, status] of everything) {
    expect(await stack.call(operation)).toBe(status);
  }
  await stack.deliver();
});

describe('while all is well', () => {
  it.each(alarms.map((alarm) => [alarm.name, alarm]))('%s has no reason to fire', async (_name, alarm) => {
    expect(alarm.breaches(alarm.measure(await (await quiet).metrics()))).toBe(false);
  });
});

describe('after one call of each operation', () => {
  it.each([
    ['startChatSession', 'started'],
    ['listChatSessionsForPersona', 'listed'],
    ['getChatSession', 'not_found'],
    ['endChatSession', 'not_found'],
    ['deleteChatSession', 'not_found'],
    ['unknownRoute', 'not_found'],
  ])('%s has a duration under "%s", and one cold start', async (operation, outcome) => {
    const ours = (await (await quiet).metrics()).filter(
      ({ namespace, dimensions }) =>
        namespace === 'MoonbornChatSessions/dev' && dimensions.operation === operation,
    );
    expect(ours).toHaveLength(2);
    expect(ours).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'coldStarts', dimensions: { operation }, value: 1 }),
        expect.objectContaining({ name: 'durationMs', dimensions: { operation, outcome } }),
      ]),
    );
  });

  it('the authorizer has a verdict for each', async () => {
    const verdicts = (await (await quiet).metrics())
      .filter(({ name, dimensions }) => name === 'durationMs' && dimensions.operation === 'authorize')
      .map(({ dimensions }) => dimensions.outcome);
    expect(verdicts).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  });
});

describe.each(alarms.map((alarm) => [alarm.name, alarm]))('%s', (name, alarm) => {
  it('crosses its threshold when its fault happens', async () => {
    const { alter, happen } = faultFor(name);
    const assembly = alter === undefined ? watched : alteredAssembly(watched, alter);
    const stack = await startWatchedStack(assembly);
    try {
      await happen(stack);
      const value = alarm.measure(await stack.metrics());
      const expected = alarm.firesWithoutData ? undefined : expect.any(Number);
      expect({ value, fires: alarm.breaches(value) }).toEqual({ value: expected, fires: true });
    } finally {
      await stack.close();
      if (assembly !== watched) {
        rmSync(assembly.assemblyFolder, { recursive: true });
      }
    }
  });
});
