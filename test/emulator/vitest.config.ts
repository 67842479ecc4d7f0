// The API's suite over HTTP, for `npm run emulate` only.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: '.',
  test: {
    include: ['test/api/**/*.test.ts'],
    globalSetup: ['test/emulator/deployed.setup.ts', 'test/openapi/strict-client.setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
