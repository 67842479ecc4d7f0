// The command line of the CDK before an AWS that answers some calls, denies the others, and writes down all of them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Call {
  readonly action: string;
  readonly stackName: string;
  /** From the signature of the call. */
  readonly region: string;
}

export interface FakeAws {
  readonly asked: readonly Call[];
  readonly allowed: readonly Call[];
  /** Runs `cdk` with credentials for the fake. */
  cdk(...words: readonly string[]): Promise<{ readonly code: number; readonly output: string }>;
  close(): void;
}

/** The content of the result of each call that is allowed, by action. */
type Answers = Readonly<Record<string, (stackName: string) => string>>;

/** Everybody may ask who they are. */
export function identityIn(account: string): Answers {
  const arn = `arn:aws:sts::${account}:assumed-role/Operator/x`;
  return { GetCallerIdentity: () => `<Arn>${arn}</Arn><UserId>x</UserId><Account>${account}</Account>` };
}

export async function startFakeAws(answers: Answers): Promise<FakeAws> {
  const home = mkdtempSync(join(tmpdir(), 'moonborn-fake-aws-'));
  const asked: Call[] = [];
  const allowed: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const call = {
        action: form.get('Action') ?? `${request.method} ${request.url}`,
        stackName: form.get('StackName') ?? '',
        region: /Credential=[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '',
      };
      const answer = answers[call.action]?.(call.stackName);
      asked.push(call);
      response.setHeader('content-type', 'text/xml');
      if (answer === undefined) {
        response.statusCode = 403;
        response.end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
      } else {
        allowed.push(call);
        const { action } = call;
        response.end(`<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`);
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CDK_HOME: home,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  return {
    asked,
    allowed,
    cdk: (...words) =>
      new Promise((ended) => {
        execFile(
          process.execPath,
          [join('node_modules', '.bin', 'cdk'), ...words],
          { env },
          (error, out, err) => ended({ code: Number(error?.code ?? 0), output: out + err }),
        );
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(home, { recursive: true });
    },
  };
}
