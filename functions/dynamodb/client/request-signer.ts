// AWS Signature Version 4 for the one kind of request that goes to DynamoDB: a POST to the root, without a query.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentialIdentity, RequestSigner } from '@smithy/types';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The SDK's own signer takes any request of any service, makes its key's name by a signature, and takes as long as all
 * the rest of a call; this one keeps the key of the day. It signs a request where it stands: another attempt writes over
 * what is there.
 */
export function requestSigner(credentials: AwsCredentialIdentity, region: string): RequestSigner {
  const { accessKeyId, sessionToken } = credentials;
  const sessionHeader = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`;
  const sessionName = sessionToken === undefined ? '' : ';x-amz-security-token';
  const signedHeaders = `content-type;host;x-amz-date${sessionName};x-amz-target`;
  let day = '';
  let key: KeyObject;

  return {
    async sign(request, { signingDate = new Date() } = {}) {
      const { headers } = request;
      const date = new Date(signingDate).toISOString().replace(/[-:]|\.\d{3}/g, '');
      if (day !== date.slice(0, 8)) {
        day = date.slice(0, 8);
        key = signingKey(credentials, day, region);
      }
      const canonicalHeaders =
        `content-type:${headers['content-type']}\nhost:${headers.host}\nx-amz-date:${date}\n` +
        `${sessionHeader}x-amz-target:${headers['x-amz-target']}\n`;
      const canonical = `POST\n/\n\n${canonicalHeaders}\n${signedHeaders}\n${hash('sha256', request.body)}`;
      const scope = `${day}/${region}/dynamodb/aws4_request`;
      const signature = createHmac('sha256', key)
        .update(`${ALGORITHM}\n${date}\n${scope}\n${hash('sha256', canonical)}`)
        .digest('hex');
      headers['x-amz-date'] = date;
      if (sessionToken !== undefined) {
        headers['x-amz-security-token'] = sessionToken;
      }
      headers.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
      return request;
    },
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
