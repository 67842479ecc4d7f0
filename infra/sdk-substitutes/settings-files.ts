// Stands in for the SDK's look into ~/.aws, which no function has; to find that out costs its first call milliseconds.

/** The next source is the SDK's default, as if there were no file. */
export function fromSharedConfigFiles() {
  return async () => {
    throw Object.assign(new Error('There are no settings files'), { tryNextLink: true });
  };
}

export function getEndpointUrlConfig() {
  return { environmentVariableSelector() {}, configFileSelector() {}, default: undefined };
}
