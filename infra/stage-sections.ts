// The two forms of a configuration file: the fields of one stage, or the fields of each stage under its name.

/** @returns whether the file holds the fields of each stage under its name */
export function isByStage(file: Readonly<Record<string, unknown>>, stageNames: readonly string[]): boolean {
  const keys = Object.keys(file);
  return keys.length > 0 && keys.every((key) => stageNames.includes(key) && isObject(file[key]));
}

/** @returns the fields of a stage, which are none when the file names other stages only */
export function fieldsOf(
  stage: string,
  file: Readonly<Record<string, unknown>>,
  stageNames: readonly string[],
): Record<string, unknown> {
  if (!isByStage(file, stageNames)) {
    return file;
  }
  const fields = file[stage];
  return isObject(fields) ? fields : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
