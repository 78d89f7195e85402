import { readFileSync } from 'node:fs';
import tls from 'node:tls';

import { explainSystemError, UserFault } from '../fault.ts';

/** Shown with every certificate that is not trusted. */
export const howToTrust =
  'Where a proxy inspects TLS, or the endpoint is your own: set NODE_EXTRA_CA_CERTS to a PEM file with its certificate authority, or AWS_CA_BUNDLE to one with all that you trust. Else check the clock of this machine, and AWS_ENDPOINT_URL if it is set';

/**
 * Has this process trust the certificate authorities in the file that AWS_CA_BUNDLE names, and no others, as the AWS CLI does.
 * The SDK itself reads the variable nowhere. Does nothing where it is not set.
 * @throws {UserFault} when the file cannot be used
 */
export function trustBundle(): void {
  const file = process.env['AWS_CA_BUNDLE'];
  if (file === undefined || file === '') return;
  const fault = (what: string, cause?: unknown): UserFault =>
    new UserFault(
      `AWS_CA_BUNDLE: ${what}; expected the path of a PEM file with the certificates of authorities`,
      { cause },
    );
  // Since Node 22.19 and 24.5.
  if (typeof tls.setDefaultCACertificates !== 'function')
    throw new UserFault(
      `AWS_CA_BUNDLE needs Node 22.19 or later; this is ${process.version}: set NODE_EXTRA_CA_CERTS instead`,
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fault(explainSystemError(error) ?? `${file}: ${String(error)}`, error);
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (certificates === null) throw fault(`${file} holds no certificate`);
  try {
    tls.setDefaultCACertificates(certificates);
  } catch (error) {
    throw fault(`${file}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
