// What asks a running stack to stop: a signal, or the death of the process that started it.

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SAME_SIGNAL_MS = 500;
const LOOK_FOR_PARENT_MS = 500;
const EXIT_AT_ONCE = 130;

/** The reason of the returned signal. */
export class StopRequested extends Error {}

/**
 * Aborts with a `StopRequested` at the first signal, or when the parent has gone: npm passes a signal to the shell that it started,
 * which ends without passing it on. A later signal ends the process at once. A terminal sends one to the whole group and
 * npm sends it again, so two at the same moment count as one.
 */
export function stopRequest(): AbortSignal {
  const stop = new AbortController();
  let firstAtMs: number | undefined;
  const onSignal = () => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      stop.abort(new StopRequested());
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      process.exit(EXIT_AT_ONCE);
    }
  };
  for (const signal of STOP_SIGNALS) {
    process.on(signal, onSignal);
  }
  const parent = process.ppid;
  setInterval(() => {
    if (hasGone(parent)) {
      stop.abort(new StopRequested());
    }
  }, LOOK_FOR_PARENT_MS).unref();
  return stop.signal;
}

export function requested(stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (stop.aborted) {
      done();
    }
    stop.addEventListener('abort', () => done(), { once: true });
  });
}

/** Elsewhere an orphan gets another parent; Windows goes on naming the one that has gone. */
function hasGone(parent: number): boolean {
  if (process.ppid !== parent) {
    return true;
  }
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
