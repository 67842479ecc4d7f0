// Shows the OpenAPI document in the viewer, signed in with the demo key.
const viewer = globalThis.SwaggerUIBundle({
  dom_id: '#reference',
  url: '/docs/openapi.json',
  // Swagger UI would otherwise send the document to an online validator.
  validatorUrl: null,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  onComplete: async () => {
    const { apiKey } = await (await fetch('/docs/credentials.json')).json();
    if (apiKey !== null) {
      viewer.preauthorizeApiKey('apiKey', apiKey);
    }
  },
});
