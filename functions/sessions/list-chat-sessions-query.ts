// The query of a list, as published, and the optional filter that was added to it.
import * as z from 'zod/mini';

export const LIST_LIMIT_DEFAULT = 20;
export const LIST_LIMIT_MAX = 100;
const LIMIT = /^[0-9]{1,9}$/;

export const ListChatSessionsQuery = z.object({
  limit: z._default(
    z.pipe(
      z.string().check(
        z.refine((text) => LIMIT.test(text) && Number(text) >= 1 && Number(text) <= LIST_LIMIT_MAX, {
          error: ({ input }) => `must be a whole number from 1 to ${LIST_LIMIT_MAX}, was ${quote(input)}`,
        }),
      ),
      z.transform(Number),
    ),
    LIST_LIMIT_DEFAULT,
  ),
  cursor: z.optional(z.string()),
  status: z.optional(
    z.enum(['active', 'ended', 'archived'], {
      error: ({ input }) => `must be active, ended or archived, was ${quote(input)}`,
    }),
  ),
});

function quote(input: unknown): string {
  return JSON.stringify(String(input).slice(0, 100));
}
