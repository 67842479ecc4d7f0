// Prints the progress of a start or a stop, step by step.
import { styleText } from 'node:util';

/** Runs a named piece of work. `describe` turns its result into a few words. */
export type Step = <T>(name: string, work: () => Promise<T>, describe?: (result: T) => string) => Promise<T>;

export const silentStep: Step = (_name, work) => work();

/** Finished steps stay on the screen with their durations. On a terminal, steps in progress are shown below them. */
export function stepsTo(output: NodeJS.WriteStream): Step {
  const underWay = new Set<string>();
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: output });

  function redraw(finished?: string): void {
    if (output.isTTY) {
      output.write('\r\x1b[2K');
    }
    if (finished !== undefined) {
      output.write(`${finished}\n`);
    }
    if (output.isTTY && underWay.size > 0) {
      output.write(style('dim', `  · ${[...underWay].join(', ')} …`));
    }
  }

  return async (name, work, describe) => {
    const startedAt = performance.now();
    underWay.add(name);
    redraw();
    try {
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const detail = describe === undefined ? '' : `  ${describe(result)}`;
      underWay.delete(name);
      redraw(
        `  ${style('green', '✓')} ${name.padEnd(24)} ${style('dim', `${seconds.padStart(4)} s${detail}`)}`,
      );
      return result;
    } catch (error) {
      underWay.delete(name);
      redraw(`  ${style('red', '✗')} ${name}`);
      throw error;
    }
  };
}
