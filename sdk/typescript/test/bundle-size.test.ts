// What the SDK costs a browser app.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { bundleForBrowsers, measureBundle } from '../scripts/measure-bundle.ts';

test('the minified bundle stays below 6 kB gzipped', async () => {
  const { gzippedBytes, limitBytes } = await measureBundle();
  expect(limitBytes).toBe(6000);
  expect(gzippedBytes).toBeGreaterThan(1000);
  expect(gzippedBytes).toBeLessThan(limitBytes);
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
