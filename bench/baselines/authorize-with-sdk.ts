// The authorizer with the table's client loaded during init, also for session JWTs, which do not need it.
export * from '../../functions/access/find-api-key.ts';
export * from '../../functions/authorize.ts';
