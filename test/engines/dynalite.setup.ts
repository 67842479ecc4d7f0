// The local stack on its embedded database.
import type { TestProject } from 'vitest/node';
import { provideStack } from './stack-under-test.ts';

export default (project: TestProject) => provideStack(project);
