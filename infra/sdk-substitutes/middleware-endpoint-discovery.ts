// Stands in for the SDK's endpoint discovery, which DynamoDB does not need and the functions never switch on.

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => false,
  configFileSelector: () => false,
  default: false,
};

export function resolveEndpointDiscoveryConfig<T extends object>(config: T) {
  return Object.assign(config, {
    endpointDiscoveryEnabled: async () => false,
    isClientEndpointDiscoveryEnabled: false,
  });
}
