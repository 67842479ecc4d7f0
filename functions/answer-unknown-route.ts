// Answers paths and methods without a route: a 404 in the error envelope, which API Gateway's own 404 does not have.
import { openEndpoint } from './http/endpoint.ts';
import { Refusal } from './http/refusal.ts';

export const handler = openEndpoint('unknownRoute', async ({ requestContext: { http } }) => {
  throw new Refusal(
    'not_found',
    `There is no ${http.method} ${http.path.slice(0, 200)} here. Check the method and the path, which ends without a slash.`,
  );
});
