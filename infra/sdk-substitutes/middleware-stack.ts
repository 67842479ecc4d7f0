// Stands in for the SDK's stack of middlewares, past which functions/store/client/ makes its calls.

/** The document client looks whether its client has this one. */
const NEEDED = 'serializerMiddleware';

const stack = { add() {}, addRelativeTo() {}, identify: () => [NEEDED], use() {} };

export const constructStack = () => stack;
