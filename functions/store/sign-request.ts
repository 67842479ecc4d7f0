// AWS Signature Version 4 for the one kind of request that goes to DynamoDB: a POST to the root, without a query.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentialIdentity, HttpRequest } from '@smithy/types';

const ALGORITHM = 'AWS4-HMAC-SHA256';

export type SignRequest = (request: HttpRequest, signedAt: Date) => HttpRequest;

/**
 * The SDK's own signer takes any request of any service, makes its key's name by a signature, and takes a fifth of a
 * call; this one keeps the key of the day.
 */
export function requestSigner(credentials: AwsCredentialIdentity, region: string): SignRequest {
  const { accessKeyId, sessionToken } = credentials;
  const session = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
  const signed = ['content-type', 'host', 'x-amz-date', ...Object.keys(session), 'x-amz-target'];
  const signedHeaders = signed.join(';');
  let day = '';
  let key: KeyObject;

  return (request, signedAt) => {
    const date = signedAt.toISOString().replace(/[-:]|\.\d{3}/g, '');
    if (day !== date.slice(0, 8)) {
      day = date.slice(0, 8);
      key = signingKey(credentials, day, region);
    }
    const headers: Record<string, string> = { ...request.headers, 'x-amz-date': date, ...session };
    const canonicalHeaders = signed.map((name) => `${name}:${headers[name]}\n`).join('');
    const canonical = `POST\n/\n\n${canonicalHeaders}\n${signedHeaders}\n${hash('sha256', request.body)}`;
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const signature = createHmac('sha256', key)
      .update(`${ALGORITHM}\n${date}\n${scope}\n${hash('sha256', canonical)}`)
      .digest('hex');
    headers.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return { ...request, headers };
  };
}

/** As a key object: Node looks long at a key that comes as bytes. */
function signingKey({ secretAccessKey }: AwsCredentialIdentity, day: string, region: string): KeyObject {
  const bytes = [day, region, 'dynamodb', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', createSecretKey(key)).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return createSecretKey(bytes);
}
