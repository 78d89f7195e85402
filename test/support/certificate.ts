import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and the certificate of a server, both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a certificate that is signed by itself (X.509 version 3, P-256), valid from yesterday for a year. Node's own crypto
 * reads certificates but makes none.
 *
 * @param names DNS names (`*.example.com` for those one level below) and IPv4 addresses of the server
 */
export function selfSigned(names: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const commonName = sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('Test')));
  const name = sequence(der(0x31, commonName));
  const subjectAltName = sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(...names.map(generalName))));
  const isAuthority = sequence(oid(0x55, 0x1d, 0x13), der(0x04, sequence(der(0x01, Buffer.of(0xff)))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(-1), utcTime(365)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(subjectAltName, isAuthority)),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const whole = sequence(body, ecdsaWithSha256, signature).toString('base64');
  const lines = (whole.match(/.{1,64}/g) ?? []).join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...members: readonly Buffer[]): Buffer {
  return der(0x30, ...members);
}

function oid(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function generalName(name: string): Buffer {
  return /^[\d.]+$/.test(name)
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name));
}

function utcTime(daysFromNow: number): Buffer {
  const text = new Date(Date.now() + daysFromNow * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}
