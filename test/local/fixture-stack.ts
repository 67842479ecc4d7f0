// Local stacks of the fixture, which last as long as a test file.
import { afterAll } from 'vitest';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { type Fixture, synthesiseFixture } from './fixture/synthesise-fixture.ts';
import { tempFolder } from './temp-folder.ts';

const started: LocalStack[] = [];
afterAll(() => Promise.all(started.map((each) => each.close())));

export async function startFixture(
  fixture: Fixture = {},
  options: Partial<LocalStackOptions> = {},
): Promise<LocalStack> {
  const synthesised = await synthesiseFixture(fixture);
  const stack = await startLocalStack({ port: 0, folder: tempFolder(), synthesised, ...options });
  started.push(stack);
  return stack;
}
