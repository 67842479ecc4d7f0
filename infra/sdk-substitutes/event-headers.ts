// Stands in for the headers of event streams, which the SDK's signer prepares for and DynamoDB does not have.

export class HeaderFormatter {}
