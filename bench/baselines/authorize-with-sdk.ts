// The authorizer as it would be if session JWTs were nobody's concern: the SDK is loaded before either credential comes.

export * from '../../functions/access/find-api-key.ts';
export * from '../../functions/authorize.ts';
