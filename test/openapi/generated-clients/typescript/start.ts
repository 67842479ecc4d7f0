// Starts a session with the types that openapi-typescript generates, and prints the session.
import createClient from 'openapi-fetch';
import type { paths } from './client.js';

const { MOONBORN_BASE_URL = '', MOONBORN_API_KEY, MOONBORN_PERSONA_ID = '' } = process.env;
const { TITLE: title = '', IDEMPOTENCY_KEY = '' } = process.env;

const client = createClient<paths>({
  baseUrl: MOONBORN_BASE_URL,
  headers: { Authorization: `Bearer ${MOONBORN_API_KEY}` },
});
const { data, error } = await client.POST('/v1/personas/{id}/chat/sessions', {
  params: { path: { id: MOONBORN_PERSONA_ID }, header: { 'Idempotency-Key': IDEMPOTENCY_KEY } },
  body: { personaId: MOONBORN_PERSONA_ID, title },
});
if (error !== undefined) {
  throw new Error(`Not started: ${JSON.stringify(error)}`);
}
console.log(JSON.stringify(data.session));
