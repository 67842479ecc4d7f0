// What the local stack is made of, for `vitest --changed`: it is bundled and synthesised, and never imported by a test.
declare global {
  interface ImportMeta {
    /** Of Vite: the modules, none of which is loaded. */
    glob(patterns: readonly string[], options?: { readonly query: string }): object;
  }
}

import.meta.glob(['/functions/**/*.ts', '/infra/**/*.ts', '/local/**/*.ts', '/admin/**/*.ts']);
import.meta.glob(['/cdk.json', '/docs/openapi/openapi.json', '/bench/bundles/budget.json'], {
  query: '?raw',
});

export default function nothingToSetUp(): void {}
