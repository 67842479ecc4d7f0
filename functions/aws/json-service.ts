// Calls an AWS service over its JSON protocol: signed requests, time-outs and retries.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import aws4 from 'aws4';
import { type Answer, type ExchangeLimits, openExchange } from './exchange.ts';
import { isTemporary, isThrottling, Outage } from './outage.ts';

export interface CallLimits extends ExchangeLimits {
  /** Attempts of one call, including the first. */
  readonly maxAttempts: number;
}

export interface JsonService {
  /** The name in the service's host name and in signatures, such as `dynamodb`. */
  readonly service: string;
  /** The prefix of the operation in `x-amz-target`. */
  readonly target: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** `undefined` for the service's endpoint in `AWS_REGION`. */
  readonly endpoint: string | undefined;
  readonly limits: CallLimits;
}

/**
 * @returns the output of the operation
 * @throws ServiceError when the service refuses the request, `Outage` for a failure that may pass
 */
export type CallService = (
  operation: string,
  input: object,
  signal: AbortSignal | undefined,
) => Promise<object>;

/** An error that the service returned. */
export class ServiceError extends Error {
  readonly status: number;
  /** The body of the error; `undefined` when it was not JSON. */
  readonly answer: object | undefined;
  /** The request was refused because of its time. A retry will have the right time. */
  readonly wasMistimed: boolean;

  constructor({ status, headers }: Answer, answer: object | undefined, clockWasWrong: boolean) {
    const { __type, message, Message } = (answer ?? {}) as Record<string, unknown>;
    super(String(message ?? Message ?? `The service answered with status ${status}`));
    this.name = String(__type ?? headers['x-amzn-errortype'] ?? 'UnknownError').replace(/^.*#|:.*$/g, '');
    this.status = status;
    this.answer = answer;
    // A function may have been frozen between the signature and the request.
    this.wasMistimed = clockWasWrong || this.message.startsWith('Signature expired');
  }
}

/** The values of the AWS SDKs' standard retry mode. */
const BACKOFF_MS = 50;
const THROTTLING_BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;
const RETRY_QUOTA = 500;
const RETRY_COST = 14;
const THROTTLING_RETRY_COST = 5;

/** A larger difference means that the clock is wrong. AWS refuses signatures that are five minutes off. */
const CLOCK_TOLERANCE_MS = 4 * 60_000;

/** Region and credentials are read once, from the environment variables of Lambda. */
export function openJsonService({
  service,
  target,
  jsonVersion,
  endpoint,
  limits,
}: JsonService): CallService {
  const region = required('AWS_REGION');
  const credentials = {
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    sessionToken: process.env.AWS_SESSION_TOKEN ?? '',
  };
  const address = new URL(endpoint ?? regionalEndpoint(service, region));
  const exchange = openExchange(address, limits);
  const Signer = signerWithKeyObject();
  let clockOffsetMs = 0;

  function signedHeaders(operation: string, body: string) {
    const headers = {
      host: address.host,
      'content-type': `application/x-amz-json-${jsonVersion}`,
      'x-amz-target': `${target}.${operation}`,
      'x-amz-date': new Date(Date.now() + clockOffsetMs).toISOString().replace(/[-:]|\.\d{3}/g, ''),
    };
    const request = { service, region, method: 'POST', path: '/', headers, body };
    return new Signer(request, credentials).sign().headers ?? {};
  }

  /** @returns whether the clock was wrong. */
  function correctClock({ headers }: Answer): boolean {
    const offsetMs = Date.parse(headers.date ?? '') - Date.now();
    const wasWrong = Math.abs(offsetMs - clockOffsetMs) >= CLOCK_TOLERANCE_MS;
    if (wasWrong) {
      clockOffsetMs = offsetMs;
    }
    return wasWrong;
  }

  function read(answer: Answer): object {
    const output = parse(answer);
    if (answer.status !== 200) {
      throw new ServiceError(answer, output, correctClock(answer));
    }
    if (output === undefined) {
      throw new Error('The answer is not JSON');
    }
    return output;
  }

  const sendAgain = openRetries(service, limits.maxAttempts);
  return (operation, input, signal) => {
    const body = JSON.stringify(input);
    return sendAgain(() => {
      const headers = signedHeaders(operation, body);
      return exchange(headers, body, signal).then(read);
    }, signal);
  };
}

/**
 * Retries while a retry may help. All calls of a client share one retry quota.
 * @param service its name in error messages
 * @returns a function that runs an attempt with retries. An error that the attempt throws synchronously ends the call.
 */
export function openRetries(service: string, maxAttempts: number) {
  let retryQuota = RETRY_QUOTA;
  return async <T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    for (let attempts = 1, refund = 1; ; attempts += 1) {
      const pending = attempt();
      try {
        const output = await pending;
        retryQuota = Math.min(RETRY_QUOTA, retryQuota + refund);
        return output;
      } catch (error) {
        const { isOutage, cost, backoffMs } = classify(error);
        const mayPass = isOutage || (error instanceof ServiceError && error.wasMistimed);
        if (!mayPass || attempts === maxAttempts || retryQuota < cost || signal?.aborted) {
          throw isOutage ? new Outage(`${service} did not answer in time`, { cause: error }) : error;
        }
        retryQuota -= cost;
        refund = cost;
        const pauseMs = Math.random() * Math.min(backoffMs * 2 ** (attempts - 1), BACKOFF_MAX_MS);
        await sleep(pauseMs, undefined, signal && { signal }).catch((cause) => {
          throw new Outage(`${service} did not answer in time`, { cause });
        });
      }
    }
  };
}

/** Keeps the day's signing key as a key object: with a key in bytes, Node takes as long for it as for the rest of a signature. */
function signerWithKeyObject() {
  let day = '';
  let key: KeyObject;
  return class extends aws4.RequestSigner {
    override signature(): string {
      if (day !== this.getDate()) {
        day = this.getDate();
        key = createSecretKey(
          [day, this.region, this.service, 'aws4_request'].reduce<Buffer>(
            (bytes, part) => createHmac('sha256', bytes).update(part).digest(),
            Buffer.from(`AWS4${this.credentials.secretAccessKey}`),
          ),
        );
      }
      return createHmac('sha256', key).update(this.stringToSign()).digest('hex');
    }
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`The environment variable ${name} is missing; Lambda sets it for every function`);
  }
  return value;
}

export function regionalEndpoint(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** @returns `undefined` when the answer is not a JSON object. */
function parse({ headers, body }: Answer): object | undefined {
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && Number(checksum) !== crc32(body)) {
    throw new Error('The answer does not have the checksum that it names');
  }
  try {
    const output: unknown = JSON.parse(body.toString());
    return typeof output === 'object' && output !== null ? output : undefined;
  } catch {
    return undefined;
  }
}

/** An error that the service did not return is an outage: no answer arrived, or none that can be read. */
function classify(error: unknown) {
  const { name, status } = error instanceof ServiceError ? error : { name: '', status: undefined };
  return {
    isOutage: status === undefined || isTemporary(name, status),
    ...(isThrottling(name, status)
      ? { cost: THROTTLING_RETRY_COST, backoffMs: THROTTLING_BACKOFF_MS }
      : { cost: RETRY_COST, backoffMs: BACKOFF_MS }),
  };
}
