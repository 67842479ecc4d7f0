// Every file that is looked at as text, for `vitest --changed`.
import './stack.setup.ts';

import.meta.glob(['/**/*.{ts,mts,js,mjs,cjs,json,md,yml,css,html}', '!**/node_modules/**', '!/build/**'], {
  query: '?raw',
});

export default function nothingToSetUp(): void {}
