// Stands in for what would be put into the SDK's stack, which has a substitute itself.

const nothing = () => undefined;

export {
  nothing as bindEndpointMiddleware,
  nothing as bindGetEndpointFromInstructions,
  nothing as getLoggerPlugin,
  nothing as getRecursionDetectionPlugin,
  nothing as getUserAgentPlugin,
};

export const bindGetRetryPlugin = () => nothing;
export const bindRetryMiddleware = () => nothing;

/** What the plugins would be made of. */
export const getUserAgentMiddlewareOptions = undefined;
export const loggerMiddleware = undefined;
export const loggerMiddlewareOptions = undefined;
export const resolveParams = undefined;
export const retryMiddlewareOptions = undefined;
export const userAgentMiddleware = undefined;
