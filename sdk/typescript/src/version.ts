// The version of package.json, which `npm version` writes here.
export const version = '0.1.0';
