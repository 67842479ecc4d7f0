// What the SDK costs a browser app.
import { expect, test } from 'vitest';
import { measureBundle } from '../scripts/measure-bundle.ts';

test('the minified bundle stays below 6 kB gzipped', async () => {
  const { gzippedBytes, limitBytes } = await measureBundle();
  expect(limitBytes).toBe(6000);
  expect(gzippedBytes).toBeGreaterThan(1000);
  expect(gzippedBytes).toBeLessThan(limitBytes);
});
