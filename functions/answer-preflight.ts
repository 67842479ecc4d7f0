// Every preflight of a browser, where web pages may call the API: a 204, to which the gateway adds the headers.
import { openEndpoint } from './http/endpoint.ts';

export const handler = openEndpoint('preflight', async () => ({ status: 204, outcome: 'answered' }));
