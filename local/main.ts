// `npm start`: runs the whole service on this machine, and prints a cURL call that works when pasted.
//
// Everything that takes long to load is loaded after the first signal could be taken.
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { readStartOptions, USAGE } from './start-options.ts';
import { StopRequested, stopRequest } from './stop-request.ts';

const LOCAL_FOLDER = '.local';

// Node would let FORCE_COLOR win.
if (process.env.NO_COLOR) {
  delete process.env.FORCE_COLOR;
}
// A terminal that was closed takes no more text, which is no reason to end without stopping the stack.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {});
}

await main().catch((error: unknown) => {
  if (error instanceof StopRequested) {
    console.log('\nStopped before the stack was ready.');
    return;
  }
  console.error(`\n${styleText('red', 'error', { stream: process.stderr })}: ${(error as Error).message}`);
  if (process.env.DEBUG) {
    console.error(error);
  }
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(USAGE);
  } else if (options.version) {
    console.log(version());
  } else if (options.stop) {
    const [{ stopStackIn }, { localFolder }] = await Promise.all([
      import('./stop-stack.ts'),
      import('./local-folder.ts'),
    ]);
    console.log(await stopStackIn(localFolder(LOCAL_FOLDER)));
  } else {
    const stop = stopRequest();
    const { run } = await import('./run.ts');
    await run(options, LOCAL_FOLDER, stop);
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
