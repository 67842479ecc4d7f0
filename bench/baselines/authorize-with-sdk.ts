// The authorizer as it would be without a thought for session JWTs: the SDK is loaded before any credential comes.
export * from '../../functions/access/find-api-key.ts';
export * from '../../functions/authorize.ts';
