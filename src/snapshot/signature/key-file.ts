import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

import { readText } from '../read.ts';
import { SnapshotError } from '../snapshot.ts';

/** Makes signatures with a private key that it alone knows. */
export interface Signer {
  /** SHA-256, lower-case hex, of the public key (SubjectPublicKeyInfo, DER). */
  readonly keyId: string;
  /** The Ed25519 signature of the bytes (RFC 8032), 64 bytes. */
  sign(bytes: Buffer): Promise<Buffer>;
}

/** Checks signatures against a public key. */
export interface SignatureChecker {
  /** SHA-256, lower-case hex, of the public key (SubjectPublicKeyInfo, DER). */
  readonly keyId: string;
  accepts(bytes: Buffer, signature: Buffer): boolean;
}

/**
 * The signer of a private Ed25519 key in a PEM file (PKCS #8, not encrypted).
 * @throws {SnapshotError} when the file holds anything else. The message shows nothing of its content
 */
export async function signerFromFile(file: string): Promise<Signer> {
  const text = await readText(file);
  if (/BEGIN ENCRYPTED/.test(text))
    throw new SnapshotError('the key is encrypted; give one without a passphrase, or a key in AWS KMS', {
      file,
    });
  if (!/PRIVATE KEY/.test(text))
    throw new SnapshotError('holds no private key in PEM; signing takes the private one', { file });
  const key = keyOf(() => createPrivateKey(text), file);
  return {
    keyId: keyIdOf(createPublicKey(key)),
    sign: async (bytes) => sign(null, bytes, key),
  };
}

/**
 * The checker of a public Ed25519 key in a PEM file (SubjectPublicKeyInfo).
 * @throws {SnapshotError} when the file holds anything else
 */
export async function checkerFromFile(file: string): Promise<SignatureChecker> {
  const text = await readText(file);
  if (/PRIVATE KEY/.test(text))
    throw new SnapshotError('is a private key; checking takes the public one, keep this one to yourself', {
      file,
    });
  if (text.split('-----BEGIN ').length > 2)
    throw new SnapshotError('holds more than one key; give each its own file, and check with one', { file });
  return checkerOf(keyOf(() => createPublicKey(text), file));
}

/** The checker of a public key in DER (SubjectPublicKeyInfo), as AWS KMS gives it. `name`: of the key, for messages. */
export function checkerFromDer(der: Uint8Array, name: string): SignatureChecker {
  return checkerOf(
    keyOf(() => createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }), name),
  );
}

function checkerOf(key: KeyObject): SignatureChecker {
  return {
    keyId: keyIdOf(key),
    accepts: (bytes, signature) => verify(null, bytes, key, signature),
  };
}

function keyOf(read: () => KeyObject, file: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // The cause stays out: messages about keys may quote them.
    throw new SnapshotError('holds no key that can be read; expected an Ed25519 key in PEM', { file });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new SnapshotError(
      `is a key of kind ${key.asymmetricKeyType ?? 'unknown'}; expected Ed25519 (\`openssl genpkey -algorithm ed25519\`)`,
      { file },
    );
  return key;
}

function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}
