// Preloaded by `npm start`: keeps compiled code, and types that were stripped, for the next start.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '..', 'build', 'compile-cache'));
