// Thrown when a command can't be done; the messages are for the operator.

/** As asked, with what the table holds. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** With such options, whatever the table holds. */
export class Misused extends Error {
  override readonly name = 'Misused';
}
