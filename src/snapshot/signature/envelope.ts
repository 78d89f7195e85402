import { isJsonObject } from '../../json.ts';
import { SnapshotError } from '../snapshot.ts';

/** Kind of what the envelope carries: an in-toto statement. */
export const payloadType = 'application/vnd.in-toto+json';

/** One signature of an envelope. */
export interface EnvelopeSignature {
  /** SHA-256, lower-case hex, of the public key (SubjectPublicKeyInfo, DER). A hint only: it proves nothing. */
  readonly keyid?: string;
  /** Base64. */
  readonly sig: string;
}

/** A DSSE envelope (Dead Simple Signing Envelope, version 1.0): what is signed, and who signed it. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly EnvelopeSignature[];
}

/** The bytes that a DSSE signature is made over: the payload and its kind, each with its length (DSSE protocol, PAE). */
export function signedBytes(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The envelope as the text of its file. */
export function envelopeText(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

/**
 * The text of a file as an envelope with at least one signature.
 * @throws {SnapshotError} when it is none
 */
export function readEnvelope(text: string, file: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(
      `is not JSON (${error instanceof Error ? error.message : ''}); expected a DSSE envelope`,
      { file },
      { cause: error },
    );
  }
  const fault = envelopeFault(value);
  if (fault !== undefined) throw new SnapshotError(`is no DSSE envelope: ${fault}`, { file });
  return value as Envelope;
}

function envelopeFault(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'expected an object';
  if (value['payloadType'] !== payloadType) return `\`payloadType\` must be ${payloadType}`;
  if (!isBase64(value['payload'])) return '`payload` must be base64 text';
  const { signatures } = value;
  if (!Array.isArray(signatures) || signatures.length === 0) return '`signatures` must be a list, not empty';
  const wrong = (signatures as readonly unknown[]).findIndex(
    (signature) =>
      !isJsonObject(signature) ||
      !isBase64(signature['sig']) ||
      (signature['keyid'] !== undefined && typeof signature['keyid'] !== 'string'),
  );
  return wrong === -1 ? undefined : `\`signatures[${wrong}]\` must have \`sig\` as base64 text`;
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(value);
}
