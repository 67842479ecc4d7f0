// A process with a minimal HTTP server: it reads each request, and answers with the bytes of one answer of the stack.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tellParent } from './tell-parent.ts';

const [, , answer = ''] = process.argv;
const { status, headers, body } = JSON.parse(answer) as {
  status: number;
  headers: Record<string, string>;
  body: string;
};

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(status, headers);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  tellParent({ baseUrl: `http://127.0.0.1:${port}` }, async () => server.closeAllConnections());
});
