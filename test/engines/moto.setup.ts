// The local stack on the moto server, with the functions that call it through the AWS SDK, and without any index.
import type { TestProject } from 'vitest/node';
import { findMoto, startMoto } from './moto.ts';
import { provideStack } from './stack-under-test.ts';

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const program = findMoto();
  if (program === undefined) {
    throw new Error('moto is not installed; run test/engines/install-moto');
  }
  const moto = await startMoto(program);
  const { stop } = await provideStack(project, {
    databaseEndpoint: moto.endpoint,
    config: { database: { client: 'sdk' } },
  });
  return async () => {
    await stop();
    await moto.close();
  };
}
