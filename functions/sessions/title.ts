// The title of a session: what is accepted, and what stands in when none is given.

export const TITLE_MAX_CODE_POINTS = 200;

/** @returns what is wrong with an already trimmed title, or `undefined`. */
export function titleProblem(title: string): string | undefined {
  if (title === '') {
    return 'must not be empty or only white space; leave it out to get a default title';
  }
  if (!title.isWellFormed()) {
    return 'must be well-formed Unicode; it holds half of a surrogate pair';
  }
  const codePoints = countCodePoints(title);
  if (codePoints > TITLE_MAX_CODE_POINTS) {
    return `must be at most ${TITLE_MAX_CODE_POINTS} characters after trimming, was ${codePoints}`;
  }
  return undefined;
}

export function defaultTitle(personaName: string): string {
  return [...`Chat with ${personaName}`].slice(0, TITLE_MAX_CODE_POINTS).join('').trimEnd();
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}
