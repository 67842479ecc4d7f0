// Shows the OpenAPI document in the viewer, signed in with the demo key.
const { apiKey } = await (await fetch('/docs/credentials.json')).json();

globalThis.Scalar.createApiReference('#reference', {
  url: '/docs/openapi.json',
  authentication: {
    preferredSecurityScheme: 'apiKey',
    securitySchemes: { apiKey: { token: apiKey ?? '' } },
  },
  // The samples of the document call the SDKs; the viewer would add some of other clients, which nobody has run.
  hiddenClients: true,
  // All that would contact another machine. The content security policy forbids it as well.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
});
