// Stands in for the SDK's description of itself and of the machine, which the functions do not send.

export function createDefaultUserAgentProvider() {
  return async () => [];
}

export const crtAvailability = { isCrtAvailable: false };
export { createDefaultUserAgentProvider as defaultUserAgent };
