// Prints what the SDK costs a browser app: the minified ESM bundle, and its gzipped size.
import { measureBundle } from './measure-bundle.ts';

const { minifiedBytes, gzippedBytes, limitBytes } = await measureBundle();
console.log(`${minifiedBytes} bytes minified, ${gzippedBytes} gzipped (limit ${limitBytes})`);
process.exitCode = gzippedBytes < limitBytes ? 0 : 1;
