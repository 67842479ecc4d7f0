// What `npm start` prints once the stack is ready, and writes for other programs.
import { styleText } from 'node:util';
import type { Demo } from './seed.ts';
import type { LocalStack } from './stack.ts';

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });

export function environmentFile({ baseUrl }: LocalStack, { apiKey, sessionJwt, personaId }: Demo): string {
  return [
    `MOONBORN_BASE_URL=${baseUrl}`,
    `MOONBORN_API_KEY=${apiKey}`,
    `MOONBORN_SESSION_JWT=${sessionJwt}`,
    `MOONBORN_PERSONA_ID=${personaId}`,
    '',
  ].join('\n');
}

export function welcome(
  { baseUrl, notRunLocally, events }: LocalStack,
  { apiKey, sessionJwt, personaId, personaName }: Demo,
): string {
  const notRun = notRunLocally.map((resource) => dim(`  Not run locally: ${resource}`));
  const eventLog = events === undefined ? [] : [`  Events       .local/events.log`];
  return `
${bold(`Ready in ${(performance.now() / 1000).toFixed(1)} s`)}

  Base URL     ${bold(baseUrl)}
  Reference    ${baseUrl}/docs
  Persona      ${personaId} ${dim(`(${personaName})`)}
  API key      ${apiKey}
  Session JWT  ${sessionJwt}
${[...eventLog, ...notRun].map((line) => `${line}\n`).join('')}
Start a session:

  curl -i -X POST ${baseUrl}/v1/personas/${personaId}/chat/sessions \\
    -H 'Authorization: Bearer ${apiKey}' \\
    -H 'Content-Type: application/json' \\
    -d '{"personaId": "${personaId}"}'

${dim('The same values are in .local/env; logs in .local/functions.log and .local/access.log.')}
${dim('A change of the code takes effect at the next start. Ctrl-C stops.')}
`;
}
