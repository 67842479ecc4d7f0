// Runs in a new process: loads a function, invokes it with one event, and reports the times.
const { writeSync } = require('node:fs');

const [, , module_, eventText] = process.argv;
const FOR_THE_PARENT = 3;
const event = JSON.parse(eventText);
const endEpochMs = Date.now() + 10_000;
const context = { getRemainingTimeInMillis: () => endEpochMs - Date.now() };

const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const { handler } = require(module_);
const loadedMs = performance.now();

handler(event, context).then((answer) => {
  const answeredMs = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const measured = {
    initMs: loadedMs - startedMs,
    firstMs: answeredMs - loadedMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
  };
  writeSync(FOR_THE_PARENT, JSON.stringify({ answer, measured }));
  process.exit();
});
