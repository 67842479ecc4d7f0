// Thrown when a command can't be done; the messages are for the operator.

export class Refused extends Error {
  override readonly name: string = 'Refused';
}

/** The options are wrong, whatever the table holds. */
export class Misused extends Refused {
  override readonly name = 'Misused';
}
