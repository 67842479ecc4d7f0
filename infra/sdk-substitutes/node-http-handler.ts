// Stands in for the SDK's own HTTP, in whose place functions/store/client/http-exchange.ts is given.

export const NodeHttpHandler = {
  create: (given: unknown) => given,
};

export function streamCollector(): never {
  throw new Error('Answers come whole, so there is no stream to collect; see infra/sdk-substitutes.ts');
}
