// Imports the document as Postman does, runs its start of a session twice, and prints both sessions.
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import newman from 'newman';
import converter from 'openapi-to-postmanv2';

const { MOONBORN_BASE_URL, MOONBORN_API_KEY, MOONBORN_PERSONA_ID } = process.env;

// The settings of Postman's own import: requests are made from the examples, and optional parameters are sent.
const { result, reason, output } = await promisify(converter.convertV2)(
  { type: 'string', data: readFileSync('openapi.json', 'utf8') },
  { parametersResolution: 'Example', enableOptionalParameters: true },
);
if (!result) {
  throw new Error(reason);
}
const collection = output[0].data;
const start = requestsIn(collection).find(({ name }) => name === 'Start a chat session');
start.request.url.variable.find(({ key }) => key === 'id').value = MOONBORN_PERSONA_ID;
start.request.body.raw = JSON.stringify({
  ...JSON.parse(start.request.body.raw),
  personaId: MOONBORN_PERSONA_ID,
});
collection.item = [start];

const { run } = await promisify(newman.run)({
  collection,
  iterationCount: 2,
  envVar: [
    { key: 'baseUrl', value: MOONBORN_BASE_URL },
    { key: 'bearerToken', value: MOONBORN_API_KEY },
  ],
});
console.log(
  JSON.stringify(
    run.executions.map(({ response }) => {
      if (response?.code !== 201) {
        throw new Error(`Not started: ${response?.code} ${response?.text()}`);
      }
      return response.json().session;
    }),
  ),
);

function requestsIn(item) {
  return item.item?.flatMap(requestsIn) ?? [item];
}
