// A proxy that labels every answer as JSON, as some emulators and proxies do even of a 204 without a body.
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';

export function labelsEveryAnswerAsJson(upstream: string): RequestListener {
  return (asked: IncomingMessage, answer: ServerResponse) => {
    const { method, headers, url = '/' } = asked;
    const forwarded = request(upstream + url, { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, {
        ...answered.headers,
        'content-type': 'application/json',
      });
      answered.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  };
}
