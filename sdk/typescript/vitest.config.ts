// How the SDK's tests run.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, maxConcurrency: 16, maxWorkers: 2 },
});
