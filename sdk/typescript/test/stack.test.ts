// The scenarios of a well-behaved server, against the real stack that the environment names.
import { afterEach, describe, expect, test, vi } from 'vitest';
import Moonborn from '../src/index.ts';
import { checkOutcome } from './check-outcome.ts';
import { playScenario } from './play-scenario.ts';
import { placeholders, scenarios } from './scenario.ts';

afterEach(() => vi.restoreAllMocks());

const { MOONBORN_BASE_URL: baseUrl, MOONBORN_API_KEY: apiKey } = process.env;
const values = Object.fromEntries(
  Object.entries(placeholders).map(([name, { stackEnv }]) => [name, process.env[stackEnv] ?? '']),
);

describe.skipIf(!baseUrl || !apiKey || Object.values(values).includes(''))('against the stack', () => {
  for (const scenario of scenarios.filter(({ against }) => against.includes('stack'))) {
    test(scenario.name, async () => {
      const outcome = await playScenario(scenario, { apiKey: apiKey ?? '', baseUrl }, values);
      checkOutcome(outcome);
    });
  }

  test.each([-25, 25])('a machine whose clock is %i hours off starts one session', async (hours) => {
    const nowMs = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(nowMs + hours * 3_600_000);
    const { chat } = new Moonborn({ apiKey, baseUrl });
    const personaId = values.$personaId ?? '';
    const { session } = await chat.startChatSession({ id: personaId, personaId });
    expect(Math.abs(Date.parse(session.startedAt) - nowMs)).toBeLessThan(3_600_000);
  });
});
