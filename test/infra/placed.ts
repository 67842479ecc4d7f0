// A stage with an account, and all that it then may have of that account.
export const ACCOUNT = '222222222222';
export const REGION = 'eu-central-1';

export const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef`;
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
export const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
export const RESTORED = 'MoonbornChatSessions-prod-Data-restored';
export const RESTORED_STREAM = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${RESTORED}/stream/2026-11-28T00:00:00.000`;

export const placed = {
  env: { account: ACCOUNT, region: REGION },
  owner: 'chat team',
  domain: { name: 'api.example.com', certificateArn: CERTIFICATE, hostedZoneId: 'Z0123456789ABC' },
  encryption: KEY,
  permissionsBoundary: BOUNDARY,
};

/** With all that has functions, queues and indexes of its own. */
export const placedWithAll = {
  ...placed,
  sessionsByUser: true,
  cors: { allowOrigins: ['https://app.example.com'] },
  limits: { plans: { free: { requestsPerMinute: 60 } }, defaultPlan: 'free' },
  usage: true,
  events: { busName: 'moonborn-events' },
  alarms: { emails: ['operators@example.com'] },
};
