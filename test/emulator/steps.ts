// The steps of a story: each is timed, counted and named, and the first that fails ends it.
export class Steps {
  /** Checks that passed: the steps, and those that they ran. */
  passed = 0;
  readonly #begunMs = performance.now();

  /** @param checks how many checks the step ran; one by default */
  async step<T>(name: string, act: () => Promise<T>, checks: (result: T) => number = () => 1): Promise<T> {
    const begunMs = performance.now();
    try {
      const result = await act();
      this.passed += checks(result);
      console.log(`ok: ${name} (${secondsSince(begunMs)})`);
      return result;
    } catch (error) {
      throw new Error(`FAILED: ${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }

  get duration(): string {
    return secondsSince(this.#begunMs);
  }
}

function secondsSince(ms: number): string {
  return `${((performance.now() - ms) / 1000).toFixed(1)} s`;
}
