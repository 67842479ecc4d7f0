// What an editor shows at a field is what the API's OpenAPI document says of it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Described = { description?: string; $ref?: string };
const { components } = JSON.parse(
  readFileSync(new URL('../../../docs/openapi/openapi.json', import.meta.url), 'utf8'),
) as {
  components: {
    schemas: Record<string, Described & { properties?: Record<string, Described> }>;
    parameters: Record<string, Described & { name: string }>;
  };
};
const source = readFileSync(new URL('../src/chat-contract.ts', import.meta.url), 'utf8');

/** By the name of a type, the schema and the parameters whose fields it has. */
const types: Record<string, { schema?: string; parameters?: string[] }> = {
  ChatSession: { schema: 'Session' },
  StartChatSessionRequest: { schema: 'StartChatSessionRequest', parameters: ['PersonaId'] },
  StartChatSessionResponse: { schema: 'StartedSession' },
  RecordChatTurnRequest: { schema: 'RecordChatTurnRequest', parameters: ['SessionId'] },
  RecordChatTurnResponse: { schema: 'RecordedTurn' },
  UpdateChatSessionRequest: { schema: 'UpdateChatSessionRequest', parameters: ['SessionId'] },
  UpdateChatSessionResponse: { schema: 'UpdatedSession' },
  EndChatSessionResponse: { schema: 'EndedSession' },
  PageRequest: { parameters: ['Cursor', 'Limit', 'Status'] },
  ListChatSessionsForPersonaRequest: { parameters: ['PersonaId'] },
  ListChatSessionsRequest: { parameters: ['PersonaFilter'] },
  ChatSessionPage: { schema: 'SessionPage' },
  SessionReference: { parameters: ['SessionId'] },
};

test('every type of the contract is compared with the document', () => {
  const declared = [...source.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name);
  expect(declared.sort()).toEqual(Object.keys(types).sort());
});

test.each(Object.entries(types))(
  '%s says of its fields what the document says',
  (name, { schema, parameters = [] }) => {
    const described: Record<string, string> = {
      ...Object.fromEntries(parameters.map((one) => fieldOf(components.parameters[one]))),
      ...Object.fromEntries(
        Object.entries(components.schemas[schema ?? '']?.properties ?? {}).map(([field, part]) => [
          field,
          part.description ?? referenced(part),
        ]),
      ),
    };
    const comments = commentsOf(name);
    expect(Object.keys(comments).sort()).toEqual(Object.keys(described).sort());
    for (const [field, text] of Object.entries(described)) {
      expect(comments[field], `${name}.${field}`).not.toBe('');
      expect(comments[field], `${name}.${field}`).toContain(text.replaceAll('’', "'"));
    }
  },
);

function fieldOf(parameter: (Described & { name: string }) | undefined): [name: string, text: string] {
  return [parameter?.name ?? '', parameter?.description ?? ''];
}

// Of a field that is a session there is nothing to say but what the answer makes of it.
function referenced({ $ref = '' }: Described): string {
  return components.schemas[$ref.split('/').at(-1) ?? '']?.description ?? '';
}

function commentsOf(type: string): Record<string, string> {
  const [, body = ''] = new RegExp(`^export interface ${type} [^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
  const fields = body.matchAll(/(?: {2}\/\*\*(.*?)\*\/\n)? {2}(\w+)\??:/gs);
  return Object.fromEntries(
    [...fields].map(([, comment = '', field]) => [field, comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()]),
  );
}
