// The body of a start, as published.
import * as z from 'zod/mini';
import { titleProblem } from './title.ts';

export const StartChatSessionRequest = z.strictObject({
  personaId: z.string(),
  title: z.optional(
    z.string().check(
      z.trim(),
      z.check((title) => {
        const problem = titleProblem(title.value);
        if (problem !== undefined) {
          title.issues.push({ code: 'custom', input: title.value, message: problem });
        }
      }),
    ),
  ),
});
