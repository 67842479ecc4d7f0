// The gateway's own answers. An HTTP API cannot be told to shape them, so they are not in the error envelope.
//
// Not all of them are documented. Confidence in each is noted in docs/local.md; correct them here.
import type { Answer } from './exchange.ts';

export const gatewayResponses = {
  malformed: () => own(400, 'Bad Request'),
  unauthorized: () => own(401, 'Unauthorized'),
  forbidden: () => own(403, 'Forbidden'),
  notFound: () => own(404, 'Not Found'),
  bodyTooLarge: () => own(413, 'Request Entity Too Large'),
  /** The body passes the gateway, but the event around it is more than Lambda takes. */
  eventTooLarge: () => own(413, 'Request Entity Too Large'),
  throttled: () => own(429, 'Too Many Requests'),
  headTooLarge: () => own(431, 'Request Header Fields Too Large'),
  failed: () => own(500, 'Internal Server Error'),
  unavailable: () => own(503, 'Service Unavailable'),
};

export class RefusedByGateway extends Error {
  readonly answer: Answer;

  constructor(kind: keyof typeof gatewayResponses) {
    const answer = gatewayResponses[kind]();
    super(`The gateway answers ${answer.status} by itself.`);
    this.answer = answer;
  }
}

function own(status: number, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: JSON.stringify({ message }),
  };
}
