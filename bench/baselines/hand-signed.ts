// The floor: hand-signed requests to DynamoDB over keep-alive connections, without any other work.
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { RequestOptions } from 'node:http';

export interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export type SendToDynamoDb = (operation: string, input: object) => Promise<Record<string, unknown>>;

export function handSigned(target: Target): SendToDynamoDb {
  const { hostname, port, host, protocol } = new URL(target.endpoint);
  // Requires http or https only, which is faster than an import.
  const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const agent = new Agent({ keepAlive: true });
  const sign = signer(target, host);
  return (operation, input) => {
    const body = JSON.stringify(input);
    const headers = sign(`DynamoDB_20120810.${operation}`, body);
    const options: RequestOptions = { hostname, port, agent, method: 'POST', path: '/', headers };
    return new Promise((done, failed) => {
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done(JSON.parse(text)));
      });
      sent.on('error', failed);
      sent.end(body);
    });
  };
}

const SIGNED_HEADERS = 'host;x-amz-date;x-amz-security-token;x-amz-target';

/** AWS Signature Version 4. Keeps the day's signing key as a key object, which is fastest in Node. */
function signer({ region, accessKeyId, secretAccessKey, sessionToken }: Target, host: string) {
  let day = '';
  let key: KeyObject;
  return (operation: string, body: string) => {
    const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    if (!date.startsWith(day) || day === '') {
      day = date.slice(0, 8);
      key = createSecretKey(
        [region, 'dynamodb', 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day)),
      );
    }
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const canonical =
      `POST\n/\n\nhost:${host}\nx-amz-date:${date}\nx-amz-security-token:${sessionToken}\nx-amz-target:${operation}\n\n` +
      `${SIGNED_HEADERS}\n${sha256(body)}`;
    const signature = createHmac('sha256', key)
      .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
      .digest('hex');
    return {
      host,
      'x-amz-date': date,
      'x-amz-security-token': sessionToken,
      'x-amz-target': operation,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
    };
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
