// The database does not answer, or not now: nothing is known, and trying again later may help.

export class Outage extends Error {
  override readonly name = 'Outage';
}
