// Stands in for the SDK's package.json, of which it would only send the version.

export default { version: '' };
