// Stands in for the parts of the SDK's stack that functions/store/table.ts takes out again.

const nothing = () => ({ applyToStack() {} });

export { nothing as getLoggerPlugin, nothing as getRecursionDetectionPlugin, nothing as getUserAgentPlugin };

/** What the plugins would be made of. */
export const loggerMiddleware = undefined;
export const loggerMiddlewareOptions = undefined;
export const userAgentMiddleware = undefined;
export const getUserAgentMiddlewareOptions = undefined;
