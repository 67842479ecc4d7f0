// What a server's process says to the one that makes the load: where it listens, and how much CPU time it has used.

export function tellParent(word: object, stop: () => Promise<void>): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.on('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(word);
}
