// `npm run smoke`: one walk through the life of a session, over HTTP, against any base URL.
import { StepFailed, smokeTest } from './smoke-test.ts';

const USAGE = `Usage: npm run smoke

Environment:
  MOONBORN_BASE_URL    where the API is, without a slash at the end
  MOONBORN_API_KEY     an API key with the scopes read:chat and write:chat
  MOONBORN_PERSONA_ID  a persona that the key's workspace can see

For the local stack: set -a; . .local/env; set +a; npm run smoke`;

const { MOONBORN_BASE_URL: baseUrl, MOONBORN_API_KEY: apiKey, MOONBORN_PERSONA_ID: personaId } = process.env;

if (!baseUrl || !apiKey || !personaId) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    await smokeTest({ baseUrl: baseUrl.replace(/\/$/, ''), apiKey, personaId }, console.log);
    console.log(`All is well at ${baseUrl}`);
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 1;
  }
}
