// Reads the body of a request, as text or base64 by its content type.
import type { IncomingMessage } from 'node:http';
import { RefusedByGateway } from './gateway-responses.ts';

export interface RequestBody {
  body: string | undefined;
  isBase64Encoded: boolean;
}

const LARGEST_BODY_BYTES = 10 * 1024 * 1024;
const TEXT_TYPES = new Set(['application/json', 'application/xml', 'application/javascript']);

export async function readBody(
  request: IncomingMessage,
  contentType: string | undefined,
): Promise<RequestBody> {
  const bytes = await collect(request);
  if (bytes.length === 0) {
    return { body: undefined, isBase64Encoded: false };
  }
  const isBase64Encoded = !isText(contentType);
  return { body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

function isText(contentType: string | undefined): boolean {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType);
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    if (Number(request.headers['content-length']) > LARGEST_BODY_BYTES) {
      failed(new RefusedByGateway('bodyTooLarge'));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_BODY_BYTES) {
        failed(new RefusedByGateway('bodyTooLarge'));
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', failed);
  });
}
