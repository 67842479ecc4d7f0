// What the SDK costs a browser app.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type BuildName, builds, bundleForBrowsers, measureBundle } from '../scripts/measure-bundle.ts';

test.each(Object.keys(builds) as BuildName[])('a build with %s stays within its size', async (name) => {
  const { gzippedBytes, limitBytes } = await measureBundle(name);
  expect(gzippedBytes).toBeGreaterThan(limitBytes * 0.8);
  expect(gzippedBytes).toBeLessThanOrEqual(limitBytes);
});

test('the whole client is at most 5.5 kB, and the small one at least 0.7 kB less', async () => {
  const [whole, core] = await Promise.all([measureBundle('Moonborn'), measureBundle('MoonbornCore')]);
  expect(whole.gzippedBytes).toBeLessThanOrEqual(5_500);
  expect(whole.gzippedBytes - core.gzippedBytes).toBeGreaterThanOrEqual(700);
});

test('a build with the small client has no code for what it cannot do', async () => {
  const bundle = await bundleForBrowsers('MoonbornCore');
  for (const text of [
    'MOONBORN_LOG',
    'onRetry',
    'onRateLimitNearCap',
    'defaultHeaders',
    'x-moonborn-retry-count)',
  ])
    expect(bundle).not.toContain(text);
  expect(await bundleForBrowsers('Moonborn')).toContain('onRateLimitNearCap');
});

test('errors keep their names in the minified bundle', async () => {
  const bundle = await bundleForBrowsers();
  const { NotFoundError } = await import(`data:text/javascript,${encodeURIComponent(bundle)}`);
  const error = new NotFoundError('gone', { code: 'not_found' });
  expect([String(error), inspect(error).split('\n')[0]]).toEqual([
    'NotFoundError: gone',
    'NotFoundError: gone',
  ]);
});
