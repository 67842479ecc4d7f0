// Stands in for the SDK's credential chain in the deployed functions, which Lambda gives credentials for their whole life.
import { fromEnv } from '@aws-sdk/credential-provider-env';

type Provider = ReturnType<typeof fromEnv>;

export function defaultProvider(settings?: Parameters<typeof fromEnv>[0]): Provider {
  const read = fromEnv(settings);
  let credentials: ReturnType<Provider> | undefined;
  return () => {
    credentials ??= read();
    return credentials;
  };
}
