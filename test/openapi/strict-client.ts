// Holds an answer of the API against the OpenAPI document, as a strict client that was generated from it does.
import { inject } from 'vitest';
import type { ZodType } from 'zod';
import { answerHeaders } from '../../functions/headers.ts';
import { headersToExpose } from './headers-to-expose.ts';
import { operationOf, type ResponseObject, requiredHeaders, responseOf } from './published-document.ts';

export interface ReceivedAnswer {
  readonly method: string;
  /** As it was sent, with or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** By names such as `GetChatSession404Response`. */
type GeneratedClient = Readonly<Record<string, ZodType | undefined>>;

let generated: Promise<GeneratedClient> | undefined;

/**
 * The bodies are left to the generated client, the rest is checked here. Passes whatever was not asked of an operation,
 * such as the answer to an unknown path.
 * @throws Error that says how the answer differs from the document
 */
export async function acceptAnswer(answer: ReceivedAnswer): Promise<void> {
  const operation = operationOf(answer.method, answer.path);
  if (operation === undefined) {
    return;
  }
  const response = responseOf(operation, answer.status);
  const problems =
    response === undefined
      ? ['the document does not know this status']
      : [...headProblems(answer, response), ...(await bodyProblems(answer, operation.operationId))];
  if (problems.length > 0) {
    throw new Error(
      `${operation.operationId} was answered ${answer.status}, not as its document says: ${problems.join('; ')}.\n${answer.text}`,
    );
  }
}

function headProblems({ headers, text }: ReceivedAnswer, response: ResponseObject): string[] {
  const [expectedType] = Object.keys(response.content ?? {});
  const type = text === '' ? undefined : (headers.get('content-type') ?? 'none');
  return [
    ...(type === expectedType ? [] : [`content type ${type} instead of ${expectedType}`]),
    ...requiredHeaders(response)
      .filter((name) => !headers.has(name))
      .map((name) => `no header ${name}`),
    ...headersToExpose(headers)
      .filter((name) => !answerHeaders.some((known) => known === name))
      .map((name) => `the header ${name}, which functions/headers.ts does not list for web pages`),
  ];
}

async function bodyProblems({ status, text }: ReceivedAnswer, operationId: string): Promise<string[]> {
  generated ??= import(inject('strictClient'));
  const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}${status}Response`;
  const schema = (await generated)[name];
  if (schema === undefined) {
    throw new Error(
      `The generated client has no ${name}; test/openapi/strict-client.setup.ts names what is generated.`,
    );
  }
  const result = schema.safeParse(text === '' ? undefined : JSON.parse(text));
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
}
