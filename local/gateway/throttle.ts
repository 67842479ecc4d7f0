// The throttle of the stage: a token bucket for each route.
import type { Route } from '../assembly/deployment.ts';

/** Takes a token of the route. @returns false when there is none. */
export type MayPass = (route: Route) => boolean;

export function throttleOf(routes: Route[], now: () => number = () => performance.now()): MayPass {
  const buckets = new Map<Route, { tokens: number; filledAtMs: number }>();
  for (const route of routes) {
    if (route.throttle !== undefined) {
      buckets.set(route, { tokens: route.throttle.burst, filledAtMs: now() });
    }
  }
  return (route) => {
    const bucket = buckets.get(route);
    if (bucket === undefined || route.throttle === undefined) {
      return true;
    }
    const { ratePerSecond, burst } = route.throttle;
    const timeMs = now();
    bucket.tokens = Math.min(burst, bucket.tokens + ((timeMs - bucket.filledAtMs) / 1000) * ratePerSecond);
    bucket.filledAtMs = timeMs;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens -= 1;
    return true;
  };
}
