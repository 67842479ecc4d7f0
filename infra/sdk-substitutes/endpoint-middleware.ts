// Stands in for what finds out the endpoint of each call anew; functions/store/client/ finds it out once.

const nothing = () => undefined;

export { nothing as bindEndpointMiddleware, nothing as bindGetEndpointFromInstructions };

/** What it would be found out from. */
export const resolveParams = undefined;
