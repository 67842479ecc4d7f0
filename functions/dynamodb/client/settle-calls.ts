// Calls to DynamoDB by those parts of the SDK that one needs, put together once.
//
// The SDK's stack is made for any service. It is put together anew for each call, finds out endpoint, scheme and
// credentials again, and copies all settings three times. A function has one region, one endpoint and one set of
// credentials for its whole life, so only what differs from call to call is left: what is written and read, the
// signature, and, after a failure, the SDK's own retries.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { httpSigningMiddleware } from '@smithy/core';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { retryMiddleware } from '@smithy/core/retry';
import { operation } from '@smithy/core/schema';
import type { ClientProtocol, RetryStrategyV2, SdkError } from '@smithy/types';
import { requestSigner } from './request-signer.ts';

type Config = DynamoDBClient['config'];
type Values = Record<string, unknown>;

/** Of an operation, as the SDK's commands carry it; the first part says that it is one. */
export type OperationSchema = readonly [number, ...Parameters<typeof operation>];

export type CallDynamoDb = (
  operationSchema: OperationSchema,
  input: Values,
  abortSignal: AbortSignal | undefined,
) => Promise<Values>;

interface Asked {
  readonly request: HttpRequest;
}

interface Output extends Values {
  readonly $metadata: object;
}

type Next = (asked: Asked) => Promise<{ readonly response: HttpResponse; readonly output: Output }>;
/** A middleware of the SDK. */
type Part = (next: Next, context: object) => Next;
type Protocol = ClientProtocol<HttpRequest, HttpResponse>;
/** What the protocol needs beside a message: where it goes. */
type MessageContext = Parameters<Protocol['serializeRequest']>[2];

/** @param customEndpoint the one that the client was given; without it, that of the region */
export async function settleCalls(
  { config }: DynamoDBClient,
  customEndpoint: string | undefined,
): Promise<CallDynamoDb> {
  const { endpointV2, identity } = await settleAuthorization(config, customEndpoint);
  const { url } = endpointV2;
  const signer = config.httpAuthSchemes[0]?.signer;
  const protocol = config.protocol as Protocol;
  protocol.setSerdeContext(config as Parameters<Protocol['setSerdeContext']>[0]);
  const messageContext = { endpoint: async () => addressOf(url) } as unknown as MessageContext;
  const sign = httpSigningMiddleware(config) as unknown as Part;
  const tryAgain = retryMiddleware(config) as unknown as Part;
  const retries = (await config.retryStrategy()) as RetryStrategyV2;
  const noRetry = await retries.acquireInitialRetryToken('');

  return async ([, ...schema], input, abortSignal) => {
    const called = operation(...schema);
    const exchange: Next = async ({ request }) => {
      const { response } = await config.requestHandler.handle(request, abortSignal && { abortSignal });
      try {
        const output = await protocol.deserializeResponse<Output>(called, messageContext, response);
        return { response, output };
      } catch (error) {
        throw withResponse(error as SdkError, response);
      }
    };
    // Anew for each call, since the signer writes down there when it was sent.
    const httpAuthOption = { signingProperties: { config, context: { endpointV2 } } };
    const selectedHttpAuthScheme = { httpAuthOption, identity, signer };
    const context = { __smithy_context: { abortSignal, selectedHttpAuthScheme } };
    const attempt = sign(exchange, context);
    const request = await protocol.serializeRequest(called, input, messageContext);
    request.headers.host = url.host;
    request.headers['content-length'] = String(request.body.length);
    try {
      const { output } = await attempt({ request });
      retries.recordSuccess(noRetry);
      return output;
    } catch (failure) {
      return (await tryAgain(failingFirst(failure, attempt), context)({ request })).output;
    }
  };
}

async function settleAuthorization(config: Config, customEndpoint: string | undefined) {
  const [region, identity] = [await config.region(), await config.credentials()];
  const endpointV2 = config.endpointProvider({
    Region: region,
    ...(customEndpoint === undefined ? {} : { Endpoint: customEndpoint }),
  });
  const signer = requestSigner(identity, endpointV2.properties?.authSchemes?.[0]?.signingRegion ?? region);
  config.signer = async () => signer;
  return { endpointV2, identity };
}

function addressOf({ protocol, hostname, port, pathname: path }: URL) {
  return { protocol, hostname, path, ...(port === '' ? {} : { port: Number(port) }) };
}

/** The signing part sets the clock by the response, and whatever could not be read still has its status. */
function withResponse(error: SdkError, response: HttpResponse): SdkError {
  error.$metadata ??= { httpStatusCode: response.statusCode };
  return Object.defineProperty(error, '$response', { value: response });
}

/** The SDK's retries take over a call whose first attempt has been made. */
function failingFirst(failure: unknown, attempt: Next): Next {
  let attempts = 0;
  return async (asked) => {
    attempts += 1;
    if (attempts === 1) {
      throw failure;
    }
    return attempt(asked);
  };
}
