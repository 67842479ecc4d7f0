// The suites that `npm run test:all` adds to those of `npm test`.
import { defineConfig } from 'vitest/config';
import { MAX_WORKERS, REST } from './test/projects.ts';

export default defineConfig({ test: { maxWorkers: MAX_WORKERS, projects: REST } });
