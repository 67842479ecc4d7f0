// Every path and method that no route names: a 404 in the envelope, where the gateway's own would have none.
import { openEndpoint } from './http/endpoint.ts';
import { Refusal } from './http/refusal.ts';

export const handler = openEndpoint('unknownRoute', async ({ requestContext: { http } }) => {
  throw new Refusal(
    'not_found',
    `There is no ${http.method} ${http.path.slice(0, 200)} here. Check the method and the path, which ends without a slash.`,
  );
});
