// Prints what the SDK costs a browser app, by what the app uses of it: minified, and gzipped.
import { type BuildName, builds, measureBundle } from './measure-bundle.ts';

for (const name of Object.keys(builds) as BuildName[]) {
  const { minifiedBytes, gzippedBytes, limitBytes } = await measureBundle(name);
  console.log(`${name}: ${minifiedBytes} bytes minified, ${gzippedBytes} gzipped (limit ${limitBytes})`);
  if (gzippedBytes > limitBytes) process.exitCode = 1;
}
