// Attributes the samples of a CPU profile to the parts of a bundled function: its sources, its packages, and Node's work for them.
import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { SourceMap } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds by the name of a part. */
export type Parts = Readonly<Record<string, number>>;

type Frame = Profiler.ProfileNode['callFrame'];

/** @param mapOf the file of the source map of a bundled file, by its name without folders; `undefined` for any other file */
export function partsOf(profile: Profiler.Profile, mapOf: (file: string) => string | undefined): Parts {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const maps = new Map<string, SourceMap>();

  function mapped(frame: Frame): string | undefined {
    const file = frame.url.startsWith('file:') ? fileURLToPath(frame.url) : frame.url;
    const mapFile = file.endsWith('.cjs') ? mapOf(basename(file)) : undefined;
    if (mapFile === undefined) {
      return undefined;
    }
    const map = maps.get(mapFile) ?? new SourceMap(JSON.parse(readFileSync(mapFile, 'utf8')));
    maps.set(mapFile, map);
    const entry = map.findEntry(frame.lineNumber, frame.columnNumber);
    return 'originalSource' in entry ? sourceName(entry.originalSource) : 'top level of the bundle';
  }

  /** From the sampled frame to the outermost one. */
  function stackOf(id: number): Frame[] {
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = nodes.get(at);
      if (node !== undefined) {
        stack.push(node.callFrame);
      }
    }
    return stack;
  }

  const parts: Record<string, number> = {};
  profile.samples?.forEach((id, index) => {
    const part = partOf(stackOf(id), mapped);
    if (part !== undefined) {
      parts[part] = (parts[part] ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1000;
    }
  });
  return parts;
}

/** @returns `undefined` for time in which nothing of the function runs */
function partOf(stack: readonly Frame[], mapped: (frame: Frame) => string | undefined): string | undefined {
  const [top] = stack;
  if (top?.functionName === '(idle)') {
    return undefined;
  }
  if (top?.functionName.startsWith('(')) {
    return `V8 ${top.functionName}`;
  }
  const loader = stack.findLastIndex(({ functionName }) => functionName === 'compileForInternalLoader');
  const loaded = stack.slice(0, Math.max(loader, 0)).findLast(({ url }) => url.startsWith('node:'));
  if (loader >= 0) {
    return `Node: load of ${loaded?.url ?? 'a module'}`;
  }
  if (stack.some(({ functionName }) => functionName === 'wrapSafe')) {
    return 'Node: compilation of the bundle';
  }
  for (const frame of stack) {
    const source = mapped(frame);
    if (source !== undefined) {
      return source;
    }
  }
  return 'Node: sockets, TLS, events';
}

/** Packages as a whole, our own sources by file. */
function sourceName(source: string): string {
  const path = source.replace(/^(?:\.\.\/)+/, '').replace(/^.*\/(?=(?:node_modules|functions|bench)\/)/, '');
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}
