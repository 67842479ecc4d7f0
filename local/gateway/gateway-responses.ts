// The responses of the gateway itself. An HTTP API cannot change their form, so they are not in the error envelope.
//
// AWS does not document all of them. docs/local.md notes the confidence in each; correct them here.
import type { Answer } from './exchange.ts';

export const gatewayResponses = {
  malformed: () => own(400, 'Bad Request'),
  unauthorized: () => own(401, 'Unauthorized'),
  forbidden: () => own(403, 'Forbidden'),
  notFound: () => own(404, 'Not Found'),
  bodyTooLarge: () => own(413, 'Request Entity Too Large'),
  /** The body is within the gateway's limit, but the event with it is above Lambda's. */
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
