// All test suites: `npx vitest run --project NAME` runs one of them.
import { defineConfig } from 'vitest/config';
import { MAX_WORKERS, QUICK, REST } from './test/projects.ts';

export default defineConfig({ test: { maxWorkers: MAX_WORKERS, projects: [...QUICK, ...REST] } });
