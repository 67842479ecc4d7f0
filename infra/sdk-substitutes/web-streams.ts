// Stands in for the SDK's question whether an answer is a web stream: none is, and to ask loads them.

export const isReadableStream = () => false;
export const isBlob = () => false;
