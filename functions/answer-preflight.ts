// Answers CORS preflight requests with 204; API Gateway adds the CORS headers.
import { openEndpoint } from './http/endpoint.ts';

export const handler = openEndpoint('preflight', async () => ({ status: 204, outcome: 'answered' }));
