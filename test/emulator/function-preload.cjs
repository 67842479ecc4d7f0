// Loaded into the process of each function, before its handler.

// Lambda finds `index.cjs` as `index`. The emulator looks for `.js`, `.json` and `.mjs` only.
require.extensions['.cjs'] = require.extensions['.js'];

// The functions give up on a table that does not answer within a second. Here they wait longer: the emulator is slow on a
// machine that is busy with other things, and no check may fail for that.
const PATIENCE = 10;
const wait = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (callback, ms = 0, ...values) => wait(callback, ms * PATIENCE, ...values),
  wait,
);
