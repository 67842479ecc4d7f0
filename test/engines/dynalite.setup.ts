// The local stack on its embedded database, with the index of sessions by user.
import type { TestProject } from 'vitest/node';
import { provideStack } from './stack-under-test.ts';

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { stop } = await provideStack(project, { config: { sessionsByUser: true } });
  return stop;
}
