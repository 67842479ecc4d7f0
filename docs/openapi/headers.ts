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
  RateLimitLimit: {
    description:
      'Requests that the org may make in a minute, or those of the API key where it may make fewer. This and the two below are sent where the service limits requests.',
    schema: { type: 'integer', minimum: 1 },
    example: 600,
  },
  RateLimitRemaining: {
    description: 'How many of them are left in this minute.',
    schema: { type: 'integer', minimum: 0 },
    example: 599,
  },
  RateLimitReset: {
    description: 'When the next minute begins, in seconds since 1970 (UTC).',
    // 32 bits end in 2038.
    schema: { type: 'integer', format: 'int64' },
    example: 1_795_458_480,
  },
  RetryAfter: {
    description:
      'Seconds to wait before trying again. Always sent with our envelope, never by the gateway itself.',
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
} as const;

export type HeaderName = keyof typeof headers;

/** On every answer of the service to a caller whom it knows. */
export function rateLimitHeaders(): Record<string, { $ref: string }> {
  return {
    'X-RateLimit-Limit': headerRef('RateLimitLimit'),
    'X-RateLimit-Remaining': headerRef('RateLimitRemaining'),
    'X-RateLimit-Reset': headerRef('RateLimitReset'),
  };
}

export function headerRef(name: HeaderName): { $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}
