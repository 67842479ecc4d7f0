// Stands in for the SDK's event streams, which no DynamoDB call that the functions make has.

export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of the bundles; see infra/sdk-substitutes');
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Event streams are left out of the bundles; see infra/sdk-substitutes');
}
