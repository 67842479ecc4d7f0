// The errors of commands, with messages for the operator.

export class Refused extends Error {
  override readonly name: string = 'Refused';
}

/** The options are wrong, independently of the table. */
export class Misused extends Refused {
  override readonly name = 'Misused';
}
