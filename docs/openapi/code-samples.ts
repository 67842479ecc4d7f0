// `x-codeSamples`: each operation called by cURL and by both SDKs, made from its route and its examples.
import type { Operation, Route } from '../../functions/routes.ts';
import type { OperationDocument } from './operations.ts';
import { type ParameterName, parameters } from './parameters.ts';
import type { JsonObject } from './schemas.ts';

export interface CodeSample {
  readonly lang: 'Shell' | 'TypeScript' | 'Python';
  readonly label: string;
  readonly source: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A sample sends the required parameters, and the first example of the body. */
export function codeSamples(
  name: Operation,
  { method, path }: Route,
  operation: Pick<OperationDocument, 'parameters' | 'requestBody'>,
): CodeSample[] {
  const inPath = Object.fromEntries(
    operation.parameters
      .map(({ $ref }) => parameters[$ref.split('/').at(-1) as ParameterName])
      .flatMap((parameter) => (parameter.required ? [[parameter.name, parameter.example]] : [])),
  );
  const body = firstExample(operation.requestBody);
  const call = { name, fields: { ...inPath, ...body }, answers: method !== 'DELETE' };
  return [
    { lang: 'Shell', label: 'cURL', source: curl(method, filled(path, inPath), body) },
    { lang: 'TypeScript', label: 'TypeScript', source: typescript(call) },
    { lang: 'Python', label: 'Python', source: python(call) },
  ];
}

interface Call {
  readonly name: string;
  readonly fields: Fields;
  readonly answers: boolean;
}

function curl(method: Route['method'], path: string, body: Fields | undefined): string {
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"\${MOONBORN_BASE_URL:-https://api.moonborn.co}${path}"`,
    `-H "Authorization: Bearer $MOONBORN_API_KEY"`,
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body).replaceAll("'", `'\\''`)}'`]),
  ].join(' \\\n  ');
}

function typescript({ name, fields, answers }: Call): string {
  const lines = Object.entries(fields).map(([field, value]) => `  ${field}: ${singleQuoted(value)},\n`);
  const call = `await client.chat.${name}(${lines.length === 0 ? '' : `{\n${lines.join('')}}`});`;
  return `import Moonborn from '@moonborn/sdk';

const client = new Moonborn({ apiKey: process.env.MOONBORN_API_KEY });

${answers ? `const result = ${call}\n\nconsole.log(result);` : call}`;
}

function python({ name, fields, answers }: Call): string {
  const lines = Object.entries(fields).map(
    ([field, value]) => `    ${snakeCase(field)}=${JSON.stringify(value)},\n`,
  );
  const call = `client.chat.${snakeCase(name)}(${lines.length === 0 ? '' : `\n${lines.join('')}`})`;
  return `import os

from moonborn import Moonborn

client = Moonborn(api_key=os.environ["MOONBORN_API_KEY"])

${answers ? `result = ${call}\n\nprint(result)` : call}`;
}

function firstExample(requestBody: JsonObject | undefined): Fields | undefined {
  const { content } = (requestBody ?? {}) as {
    content?: { 'application/json': { examples: Record<string, { value: Fields }> } };
  };
  return content && Object.values(content['application/json'].examples)[0]?.value;
}

function filled(path: string, values: Fields): string {
  return path.replaceAll(/\{(\w+)\}/g, (_braced, name: string) => String(values[name]));
}

/** As the published example quotes. */
function singleQuoted(value: unknown): string {
  return typeof value === 'string' && !/['\\]/.test(value) ? `'${value}'` : JSON.stringify(value);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
