// Something that the service depends on does not answer: nothing is known, and trying again later may help.

export class Outage extends Error {
  override readonly name = 'Outage';
}
