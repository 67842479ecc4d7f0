// The authorizer as it would be if session JWTs were nobody's concern: the SDK is loaded before either credential comes.
export * from '../../functions/authorize.ts';
export * from '../../functions/store/find-api-key.ts';
