// The suites of `npm test`.
import { defineConfig } from 'vitest/config';
import { MAX_WORKERS, QUICK } from './test/projects.ts';

export default defineConfig({ test: { maxWorkers: MAX_WORKERS, projects: QUICK } });
