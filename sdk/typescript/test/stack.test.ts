// The scenarios of a well-behaved server, against the real stack that the environment names.
import { describe, test } from 'vitest';
import { checkOutcome } from './check-outcome.ts';
import { playScenario } from './play-scenario.ts';
import { placeholders, scenarios } from './scenario.ts';

const { MOONBORN_BASE_URL: baseUrl, MOONBORN_API_KEY: apiKey } = process.env;
const values = Object.fromEntries(
  Object.entries(placeholders).map(([name, { stackEnv }]) => [name, process.env[stackEnv] ?? '']),
);

describe.skipIf(!baseUrl || !apiKey || Object.values(values).includes(''))('against the stack', () => {
  for (const scenario of scenarios.filter(({ against }) => against.includes('stack'))) {
    test(scenario.name, async () => {
      const outcome = await playScenario(scenario, { apiKey, baseUrl }, values);
      checkOutcome(outcome, scenario.client?.apiKey ?? apiKey ?? '');
    });
  }
});
