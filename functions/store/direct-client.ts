// The SDK's document client, whose calls take the straight way: what is the same for all of them is settled once.
//
// The SDK's stack is made for any service. For each call it is put together anew, finds out endpoint, scheme and
// credentials again, and copies all settings three times. Here the SDK's protocol, signer, retries and errors are called
// one after the other; the rest of the stack does nothing for DynamoDB.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { operation } from '@smithy/core/schema';
import type { ClientProtocol, RetryErrorType, RetryStrategyV2, RetryToken, SdkError } from '@smithy/types';
import { requestSigner } from './sign-request.ts';

type Operation = ReturnType<typeof operation>;
type Values = Record<string, unknown>;
type Settled = Awaited<ReturnType<typeof settle>>;

interface DocumentCommand {
  readonly input: Values;
  readonly clientCommand: { readonly schema: OperationSchema };
}

/** As the SDK's commands carry it; the first part says that it is one. */
type OperationSchema = readonly [number, ...Parameters<typeof operation>];

interface Output extends Values {
  readonly $metadata: { attempts?: number };
}

type Protocol = ClientProtocol<HttpRequest, HttpResponse>;
/** What the protocol needs beside a message: where it goes, and how bytes become text. */
type MessageContext = Parameters<Protocol['serializeRequest']>[2];

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export class DirectClient extends DynamoDBDocumentClient {
  readonly #settled: Promise<Settled>;

  /** @param customEndpoint the one that the client was given; without it, that of the region */
  constructor(client: DynamoDBClient, customEndpoint: string | undefined) {
    super(client);
    this.#settled = settle(client, customEndpoint);
    // Whoever calls is told.
    this.#settled.catch(() => {});
  }

  /** For the commands that take items or answer with items: get, put, update, query. */
  override send = (async (command: DocumentCommand, { abortSignal }: SendOptions = {}) => {
    const input = mapped(command.input, ITEMS_OF_INPUT, (item) => marshall(item));
    const output = await call(await this.#settled, operationOf(command), input, abortSignal);
    return mapped(output, ITEMS_OF_OUTPUT, (item) => unmarshall(item as Parameters<typeof unmarshall>[0]));
  }) as unknown as DynamoDBDocumentClient['send'];
}

/** Region, endpoint and credentials of a function are the same for its whole life. */
async function settle({ config }: DynamoDBClient, customEndpoint: string | undefined) {
  const [region, credentials] = [await config.region(), await config.credentials()];
  const endpoint = config.endpointProvider({
    Region: region,
    ...(customEndpoint === undefined ? {} : { Endpoint: customEndpoint }),
  });
  const sign = requestSigner(credentials, endpoint.properties?.authSchemes?.[0]?.signingRegion ?? region);
  config.signer = async () => ({
    sign: async (request, { signingDate = new Date() } = {}) => sign(request, new Date(signingDate)),
  });
  config.protocol.setSerdeContext(config);
  const [scheme] = config.httpAuthSchemes;
  if (scheme === undefined) {
    throw new Error('The SDK knows no way to sign a call to DynamoDB');
  }
  return {
    config,
    context: { ...config, endpoint: async () => endpoint } as unknown as MessageContext,
    credentials,
    endpoint,
    protocol: config.protocol as Protocol,
    retries: (await config.retryStrategy()) as RetryStrategyV2,
    scheme: scheme.signer,
  };
}

async function call(
  settled: Settled,
  command: Operation,
  input: Values,
  abortSignal: AbortSignal | undefined,
): Promise<Output> {
  const { context, endpoint, protocol, retries } = settled;
  const request = await protocol.serializeRequest(command, input, context);
  request.headers.host = endpoint.url.host;
  request.headers['content-length'] = String(request.body.length);
  let token = await retries.acquireInitialRetryToken('');
  for (let attempts = 1; ; attempts += 1) {
    try {
      const output = await attempt(settled, command, request, abortSignal);
      retries.recordSuccess(token);
      output.$metadata.attempts = attempts;
      return output;
    } catch (error) {
      token = await anotherAttempt(retries, token, error as SdkError, abortSignal);
    }
  }
}

async function attempt(
  { config, context, credentials, endpoint, protocol, scheme }: Settled,
  command: Operation,
  request: HttpRequest,
  abortSignal: AbortSignal | undefined,
): Promise<Output> {
  const signing = { config, context: { endpointV2: endpoint } };
  const signed = await scheme.sign(request, credentials, signing);
  const { response } = await config.requestHandler.handle(signed, abortSignal && { abortSignal });
  try {
    const output = await protocol.deserializeResponse<Output>(command, context, response);
    scheme.successHandler?.(response, signing);
    return output;
  } catch (error) {
    // Tells the clock's error from the answer's date, and throws.
    return scheme.errorHandler?.(signing)(withResponse(error as SdkError, response)) as never;
  }
}

/** Whatever could not be read, such as a page of something in between, still has its status. */
function withResponse(error: SdkError, response: HttpResponse): SdkError {
  error.$metadata ??= { httpStatusCode: response.statusCode };
  return Object.defineProperty(error, '$response', { value: response });
}

/**
 * Waits until it is time for another attempt.
 * @throws the error itself when there is no point in one, there were enough, or the deadline passes first
 */
async function anotherAttempt(
  retries: RetryStrategyV2,
  token: RetryToken,
  error: SdkError,
  abortSignal: AbortSignal | undefined,
): Promise<RetryToken> {
  const whenReady = retries.refreshRetryTokenForRetry(token, { error, errorType: errorTypeOf(error) });
  const next = await Promise.race([whenReady.catch(() => undefined), aborted(abortSignal)]);
  if (next === undefined) {
    throw error;
  }
  return next;
}

function aborted(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((done) => signal?.addEventListener('abort', () => done(undefined), { once: true }));
}

function errorTypeOf(error: SdkError): RetryErrorType {
  if (isThrottlingError(error)) {
    return 'THROTTLING';
  }
  if (isTransientError(error)) {
    return 'TRANSIENT';
  }
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

function operationOf({ clientCommand }: DocumentCommand): Operation {
  const [, ...schema] = clientCommand.schema;
  return operation(...schema);
}

const ITEMS_OF_INPUT = ['ExclusiveStartKey', 'ExpressionAttributeValues', 'Item', 'Key'];
const ITEMS_OF_OUTPUT = ['Attributes', 'Item', 'Items', 'LastEvaluatedKey'];

function mapped<T extends Values>(values: T, names: readonly string[], map: (item: unknown) => unknown): T {
  const copy: Values = { ...values };
  for (const name of names) {
    const value = copy[name];
    if (value !== undefined) {
      copy[name] = Array.isArray(value) ? value.map(map) : map(value);
    }
  }
  return copy as T;
}
