// Finds the route of a request: literal segments first, then path variables, then greedy ones, and `$default` last.
import type { Route } from '../assembly/deployment.ts';
import { decodePath } from './request-head.ts';

interface Match {
  route: Route;
  pathParameters: Record<string, string> | undefined;
}

export type FindRoute = (method: string, encodedPath: string) => Match | undefined;

interface Pattern {
  route: Route;
  method: string;
  segments: Segment[];
}

interface Segment {
  kind: 'literal' | 'variable' | 'greedy';
  text: string;
}

const RANK = { literal: 0, variable: 1, greedy: 2 };

export function routeFinder(routes: Route[]): FindRoute {
  const patterns = routes
    .filter(({ key }) => key !== '$default')
    .map(patternOf)
    .sort(bySpecificity);
  const fallback = routes.find(({ key }) => key === '$default');
  return (method, encodedPath) => {
    const segments = encodedPath.split('/').slice(1);
    for (const pattern of patterns) {
      if (pattern.method !== method && pattern.method !== 'ANY') {
        continue;
      }
      if (fits(pattern.segments, segments)) {
        return { route: pattern.route, pathParameters: parametersOf(pattern.segments, segments) };
      }
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: undefined };
  };
}

function patternOf(route: Route): Pattern {
  const [method = '', path = ''] = route.key.split(' ');
  const segments = path
    .split('/')
    .slice(1)
    .map((segment): Segment => {
      const [, name, greedy] = /^\{([^}+]+)(\+)?\}$/.exec(segment) ?? [];
      if (name === undefined) {
        return { kind: 'literal', text: segment };
      }
      return { kind: greedy === undefined ? 'variable' : 'greedy', text: name };
    });
  return { route, method, segments };
}

function bySpecificity(left: Pattern, right: Pattern): number {
  for (let index = 0; index < Math.max(left.segments.length, right.segments.length); index++) {
    const difference = rankAt(left, index) - rankAt(right, index);
    if (difference !== 0) {
      return difference;
    }
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
}

function rankAt(pattern: Pattern, index: number): number {
  const segment = pattern.segments[index];
  return segment === undefined ? -1 : RANK[segment.kind];
}

function fits(pattern: Segment[], segments: string[]): boolean {
  const last = pattern.at(-1);
  if (last?.kind === 'greedy' ? segments.length < pattern.length : segments.length !== pattern.length) {
    return false;
  }
  return pattern.every(({ kind, text }, index) => {
    const segment = segments[index] as string;
    return kind === 'literal' ? segment === text : kind === 'greedy' || segment !== '';
  });
}

function parametersOf(pattern: Segment[], segments: string[]): Record<string, string> | undefined {
  let parameters: Record<string, string> | undefined;
  pattern.forEach(({ kind, text }, index) => {
    if (kind === 'literal') {
      return;
    }
    parameters ??= {};
    const encoded = kind === 'greedy' ? segments.slice(index).join('/') : (segments[index] as string);
    parameters[text] = decodePath(encoded);
  });
  return parameters;
}
