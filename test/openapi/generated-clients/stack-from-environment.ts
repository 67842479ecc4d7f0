// The API, the credentials and the persona of programs that call a running stack.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From the environment, or from the .local/env that `npm start` writes. Ends the process where there is neither. */
export function stackFromEnvironment() {
  const file = fileURLToPath(new URL('../../../.local/env', import.meta.url));
  if (process.env.MOONBORN_API_KEY === undefined && existsSync(file)) {
    process.loadEnvFile(file);
  }
  const { MOONBORN_BASE_URL, MOONBORN_API_KEY, MOONBORN_PERSONA_ID } = process.env;
  if (!MOONBORN_BASE_URL || !MOONBORN_API_KEY || !MOONBORN_PERSONA_ID) {
    console.error(
      'There is no API to call. Start the local stack (npm start), or set MOONBORN_BASE_URL, MOONBORN_API_KEY and MOONBORN_PERSONA_ID.',
    );
    process.exit(2);
  }
  return { MOONBORN_BASE_URL, MOONBORN_API_KEY, MOONBORN_PERSONA_ID };
}
