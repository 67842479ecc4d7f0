// The message on a field that the configuration does not have, with the field that was probably meant.
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** Letters that a slip of the pen adds, drops or changes. */
const SLIP_MAX = 3;

/** An error map of Zod, for objects at every depth. */
export const unknownFields: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys') {
    return undefined;
  }
  const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
  return issue.keys.map((key) => `unknown field \`${key}\`${meant(key, known)}`).join('; ');
};

function meant(key: string, known: readonly string[]): string {
  if (known.length === 0) {
    return '';
  }
  const nearest = closest(key, known);
  const isLikely = distance(key, nearest) <= Math.min(SLIP_MAX, key.length - 1);
  return isLikely ? `; did you mean \`${nearest}\`?` : `; the fields here are ${known.join(', ')}`;
}
