// Headers of answers, as components.

export const headers = {
  RequestId: {
    description: 'Names this call in our logs. Quote it when you report a problem.',
    required: true,
    schema: { type: 'string' },
    example: 'eWq3rgC7oAMEVrQ=',
  },
  OwnRequestId: {
    description: 'As everywhere, unless the gateway answers by itself; then `apigw-requestid` has the id.',
    schema: { type: 'string' },
    example: 'eWq3rgC7oAMEVrQ=',
  },
  GatewayRequestId: {
    description: 'The gateway’s name for this call; it is on the gateway’s own answers too.',
    schema: { type: 'string' },
    example: 'eWq3rgC7oAMEVrQ=',
  },
  IdempotentReplayed: {
    description:
      'Sent when this `Idempotency-Key` had started the session before: the answer is the first one again.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  RetryAfter: {
    description:
      'Seconds to wait before trying again. Always sent with our envelope, never by the gateway itself.',
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
} as const;

export type HeaderName = keyof typeof headers;

export function headerRef(name: HeaderName): { $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}
