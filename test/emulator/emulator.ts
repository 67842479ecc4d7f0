// Starts ministack, an emulator of AWS, over TLS, where it checks the signature and the policies of each request.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from '../../bench/database/certificate.ts';
import { answering } from '../engines/moto.ts';
import { freePort } from '../free-port.ts';

export interface Emulator {
  readonly endpoint: string;
  /** The environment of its clients, without credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** The last lines of its log. */
  logTail(): string;
  stop(): Promise<void>;
}

export const region = 'eu-central-1';
export const account = '000000000000';

/** @param folder for everything that it writes */
export async function startEmulator(folder: string): Promise<Emulator> {
  const venv = process.env.MOONBORN_EMULATOR_VENV ?? join(import.meta.dirname, '..', '..', '.venv-emulator');
  const python = join(venv, 'bin', 'python');
  if (!existsSync(python)) {
    throw new Error('The emulator is not installed; run test/emulator/install-ministack');
  }
  const { certificateFile, keyFile } = makeCertificate(folder);
  setDefaultCACertificates([...getCACertificates(), readFileSync(certificateFile, 'utf8')]);
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  // No setting of the caller's AWS account may get in.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|MOONBORN_|NODE_OPTIONS)/.test(name)),
  );
  const surroundings = { ...inherited, HOME: folder, TMPDIR: temporary };
  const logFile = join(folder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const server = spawn(
    python,
    // As its own image starts it; `ministack` would listen on port 443 too.
    [
      '-m',
      'hypercorn',
      '-c',
      'python:ministack.core.hypercorn_conf',
      '-b',
      `127.0.0.1:${port}`,
      'ministack.app:app',
    ],
    {
      stdio: ['ignore', log, log],
      env: {
        ...surroundings,
        // Without it, the functions would trust the certificates that this variable names already.
        NODE_EXTRA_CA_CERTS: certificateFile,
        AUTH: 'true',
        USE_SSL: '1',
        MINISTACK_SSL_CERT: certificateFile,
        MINISTACK_SSL_KEY: keyFile,
        MINISTACK_REGION: region,
        GATEWAY_PORT: String(port),
        LOG_LEVEL: 'WARNING',
        NODE_OPTIONS: `--require "${join(import.meta.dirname, 'function-preload.cjs')}"`,
      },
    },
  );
  closeSync(log);
  // At once, and before the folder is removed: a server that stops by itself would write into it again.
  const kill = () => server.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  const logTail = () => readFileSync(logFile, 'utf8').split('\n').slice(-40).join('\n');
  await answering(endpoint, server).catch((error: Error) => {
    throw new Error(`${error.message}\nThe emulator wrote last:\n${logTail()}`, { cause: error });
  });
  return {
    endpoint,
    environment: {
      ...surroundings,
      PATH: [join(venv, 'bin'), process.env.PATH].join(delimiter),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_CA_BUNDLE: certificateFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
    },
    logTail,
    stop: async () => {
      process.off('exit', kill);
      const closed = new Promise((resolve) => server.once('close', resolve));
      server.kill();
      await closed;
    },
  };
}
