// Stands in for the SDK's credential chain in the deployed functions, which are always given credentials by Lambda.
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
