// Calls to DynamoDB by those parts of the SDK that one needs, put together once.
//
// The SDK's stack is made for any service. It is put together anew for each call, finds out endpoint, scheme and
// credentials again, and copies all settings three times. A function has one region, one endpoint and one set of
// credentials for its whole life, so only what differs from call to call is left: what is written and read, the
// signature, and, after a failure, the SDK's own retries.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { httpSigningMiddleware } from '@smithy/core';
import type { HttpRequest } from '@smithy/core/protocols';
import { retryMiddleware } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { MiddlewareStack, RetryStrategyV2 } from '@smithy/types';
import { requestSigner } from './request-signer.ts';

type Config = DynamoDBClient['config'];
type Values = Record<string, unknown>;

/** Of an operation, as the SDK's commands carry it: what goes in, what comes out, which errors there are. */
export type OperationSchema = readonly unknown[];

export type CallDynamoDb = (
  operationSchema: OperationSchema,
  input: Values,
  abortSignal: AbortSignal | undefined,
) => Promise<Values>;

interface Asked {
  readonly input: Values;
  readonly request: HttpRequest;
}

type Next = (asked: Asked) => Promise<{ readonly response: unknown; readonly output: Values }>;
type Part = (next: Next, context: object) => Next;

/** @param customEndpoint the one that the client was given; without it, that of the region */
export async function settleCalls(
  { config }: DynamoDBClient,
  customEndpoint: string | undefined,
): Promise<CallDynamoDb> {
  const { url, selectedHttpAuthScheme } = await settleAuthorization(config, customEndpoint);
  const { serialize, sign, deserialize, tryAgain } = partsOf(config, url);
  const retries = (await config.retryStrategy()) as RetryStrategyV2;
  const noRetry = await retries.acquireInitialRetryToken('');

  return async (operationSchema, input, abortSignal) => {
    const context = { __smithy_context: { operationSchema, abortSignal, selectedHttpAuthScheme } };
    const exchange = ({ request }: Asked) =>
      config.requestHandler.handle(request, abortSignal && { abortSignal });
    const attempt = sign(deserialize(exchange as Next, context), context);
    const call = serialize(async (asked) => {
      const { headers, body } = asked.request;
      headers.host = url.host;
      headers['content-length'] = String(body.length);
      try {
        const answered = await attempt(asked);
        retries.recordSuccess(noRetry);
        return answered;
      } catch (failure) {
        return tryAgain(failingFirst(failure, attempt), context)(asked);
      }
    }, context);
    return (await call({ input } as Asked)).output;
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
  const httpAuthOption = { signingProperties: { config, context: { endpointV2 } } };
  const selectedHttpAuthScheme = { httpAuthOption, identity, signer: config.httpAuthSchemes[0]?.signer };
  return { url: endpointV2.url, selectedHttpAuthScheme };
}

function partsOf(config: Config, { protocol, hostname, port, pathname }: URL) {
  const address = {
    protocol,
    hostname,
    path: pathname,
    ...(port === '' ? {} : { port: Number(port) }),
  };
  // What is not their own is not copied for each call.
  const lean = Object.assign(Object.create(config), {
    protocol: config.protocol,
    endpoint: async () => address,
  });
  const serde: Part[] = [];
  const stack = { add: (part: Part) => serde.push(part) } as unknown as MiddlewareStack<object, never>;
  getSchemaSerdePlugin<object, never>(lean).applyToStack(stack);
  const [serialize, deserialize] = serde as [Part, Part];
  return {
    serialize,
    sign: httpSigningMiddleware(config) as unknown as Part,
    deserialize,
    tryAgain: retryMiddleware(config) as unknown as Part,
  };
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
