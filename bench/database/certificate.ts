// A new certificate for localhost for each run, so that calls to the database use TLS as on AWS.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface Certificate {
  readonly keyFile: string;
  /** For `NODE_EXTRA_CA_CERTS` of the callers. */
  readonly certificateFile: string;
}

export function makeCertificate(folder: string): Certificate {
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  try {
    execFileSync('openssl', ['req', '-x509', ...key, ...name, '-out', certificateFile], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`This needs openssl on the path to make a certificate: ${(error as Error).message}`);
  }
  return { keyFile, certificateFile };
}
