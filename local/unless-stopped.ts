// Gives up waiting for work that may never end, once a stop is asked for.

/** @throws the reason of `stop` as soon as that aborts. The work may go on, and its result is dropped. */
export async function unlessStopped<T>(stop: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (stop === undefined) {
    return work;
  }
  let giveUp = () => {};
  const stopped = new Promise<never>((_, reject) => {
    giveUp = () => reject(stop.reason);
    stop.addEventListener('abort', giveUp);
    if (stop.aborted) {
      giveUp();
    }
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', giveUp);
  }
}
