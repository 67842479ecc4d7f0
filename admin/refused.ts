// Thrown when a command can't be done as asked; the message is for the operator.

export class Refused extends Error {
  override readonly name = 'Refused';
}
