// The response bodies of the API, as published. The OpenAPI document is generated from them; no function imports them.
import * as z from 'zod/mini';
import type { Session as DomainSession } from './session.ts';

const text = (description: string) => z.string().check(z.describe(description));
const count = (description: string) => z.number().check(z.describe(description));

export const SessionStatus = z
  .enum(['active', 'ended', 'archived'])
  .check(
    z.describe(
      'An ended session keeps its counters and takes no more turns. An archived one takes none until it is not archived any more; then it is again what it was.',
    ),
  );

/** Every field but the metadata is required, and none is null: generated clients rely on that. */
export const Session = z.object({
  sessionId: text('Names the session in every other call. Opaque: `chs_` and whatever follows.'),
  orgId: text('The org of the credentials that started the session.'),
  workspaceId: text('The workspace of the credentials that started the session.'),
  personaId: text('The persona that is talked to.'),
  userId: text('The user of the credentials that started the session.'),
  title: text('As given at the start, or as changed since; otherwise `Chat with <persona name>`.'),
  status: SessionStatus,
  messageCount: count('Messages so far.'),
  inputTokens: count('Tokens read so far.'),
  outputTokens: count('Tokens written so far.'),
  costUsdMicros: count('Cost so far, in millionths of a US dollar.'),
  startedAt: text(
    'When the service started the session, by its own clock. RFC 3339, UTC, with milliseconds.',
  ),
  lastActiveAt: text(
    'The time of the last turn or of the end; at first that of the start. RFC 3339, UTC, with milliseconds.',
  ),
  endedAt: text('The empty string until the session ends; then RFC 3339, UTC, with milliseconds.'),
  metadata: z.optional(
    z
      .record(z.string(), z.string())
      .check(z.describe('As given at the start, or as changed since. Absent where none was given.')),
  ),
}) satisfies z.ZodMiniType<DomainSession>;

export const StartedSession = z.object({ session: Session });

export const SessionPage = z.object({
  items: z
    .array(Session)
    .check(
      z.describe(
        'Newest first, by the time in the session id. A page may hold fewer sessions than `limit`, or none, and not be the last.',
      ),
    ),
  nextCursor: text('The `cursor` of the next page. The empty string on the last page, and only there.'),
});

export const EndedSession = z.object({
  session: Session,
  alreadyEnded: z.boolean().check(z.describe('Whether the session had ended before this call.')),
});

export const UpdatedSession = z.object({ session: Session });

export const RecordedTurn = z.object({
  session: Session,
  alreadyRecorded: z.boolean().check(z.describe('Whether the turn had been recorded before this call.')),
});

const Issue = z.object({
  path: text('The field, header or query parameter that is wrong.'),
  message: text('What is wrong with it.'),
});

const ErrorDetails = z
  .object({
    issues: z.optional(z.array(Issue).check(z.describe('Every problem of a 422 at once.'))),
    requiredScope: z.optional(text('The scope that the credentials of a 403 lack.')),
    nextTurn: z.optional(count('The number of the next turn, after a 409 for a gap.')),
    retryAfter: z.optional(count('The seconds to wait after a 429, as in `Retry-After`.')),
  })
  .check(z.describe('More about some errors.'));

/** The envelope of every error that our functions answer. */
export const ErrorEnvelope = z.object({
  error: z.object({
    code: text('Stable, and meant for programs. Treat a code that you do not know by its status.'),
    message: text('Meant for people, and may change.'),
    details: z.optional(ErrorDetails),
  }),
});

/** An error of API Gateway itself, before or instead of our functions. Its shape can't be changed. */
export const GatewayError = z.object({
  message: text('Meant for people.'),
});

/** A body has either `error` or `message`, never both, so exactly one of the two schemas fits. */
export const AnyError = z
  .xor([ErrorEnvelope, GatewayError])
  .check(z.describe('An error of the service, or one of the gateway in front of it.'));
