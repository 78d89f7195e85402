import { createHash } from 'node:crypto';
import path from 'node:path';

import { canonicalJson, isJsonObject, type JsonObject } from '../../json.ts';
import type { Manifest } from '../manifest.ts';
import { manifestBytes, readText, snapshotForm } from '../read.ts';
import { SnapshotError } from '../snapshot.ts';
import { verifySnapshot } from '../verify.ts';
import { manifestFile } from '../manifest.ts';
import { payloadType, readEnvelope, signedBytes, type Envelope } from './envelope.ts';
import type { SignatureChecker, Signer } from './key-file.ts';

const statementType = 'https://in-toto.io/Statement/v1';
/** Says what the statement tells about its subject. */
export const predicateType = 'https://trailwarden.dev/attestations/snapshot/v1';

/** Where the signature of a snapshot stands unless another place is named: beside its folder. */
export function signatureFile(folder: string): string {
  const whole = path.resolve(folder);
  // Of `.` and `..` the parent does not show in the name.
  const beside = /^\.{0,2}$/.test(path.basename(folder)) ? path.dirname(whole) : path.dirname(folder);
  return `${path.join(beside, path.basename(whole))}.dsse.json`;
}

/**
 * What is signed: an in-toto statement (version 1) whose subject is the manifest, which holds the hash of every part. It
 * names no more, so that it stays under the 4,096 bytes that AWS KMS signs.
 */
function statementOf(manifest: Manifest, sha256: string): JsonObject {
  const { rootHash, start, end, finished, tool, organization } = manifest;
  return {
    _type: statementType,
    subject: [{ name: manifestFile, digest: { sha256 } }],
    predicateType,
    predicate: {
      rootHash,
      start,
      end,
      finished,
      tool: { ...tool },
      organization: organization?.id ?? null,
    },
  };
}

/**
 * Signs a snapshot. Its content is verified first: a signature under something damaged would mean nothing.
 * @param earlier the envelope that other people have signed, to be signed too
 * @returns the envelope, with this signature added or made anew
 * @throws {SnapshotError} when the snapshot has faults, is in the readable form, or `earlier` is about another one
 */
export async function signSnapshot(
  folder: string,
  signer: Signer,
  earlier?: { readonly envelope: Envelope; readonly file: string },
): Promise<Envelope> {
  const payload = Buffer.from(canonicalJson(await statementAbout(folder)));
  if (earlier !== undefined && !Buffer.from(earlier.envelope.payload, 'base64').equals(payload))
    throw new SnapshotError('is the signature of another snapshot; name another file with --out', {
      file: earlier.file,
    });
  const signature = await signer.sign(signedBytes(payloadType, payload));
  const others = earlier?.envelope.signatures.filter(({ keyid }) => keyid !== signer.keyId) ?? [];
  return {
    payloadType,
    payload: payload.toString('base64'),
    signatures: [...others, { keyid: signer.keyId, sig: signature.toString('base64') }],
  };
}

async function statementAbout(folder: string): Promise<JsonObject> {
  if ((await snapshotForm(folder)).form !== 'compressed')
    throw new SnapshotError('is a readable snapshot; only the compressed form is signed', { file: folder });
  const { manifest, faults } = await verifySnapshot(folder);
  const error = SnapshotError.of(faults);
  if (error !== undefined) throw error;
  if (manifest === undefined) throw new Error('a snapshot without faults has a manifest');
  return statementOf(manifest, await manifestDigest(folder));
}

/**
 * Checks that a snapshot's manifest is the one that the holder of a key signed. The content of the snapshot is another
 * question: {@link verifySnapshot}.
 * @param file the envelope
 * @returns the id of the key
 * @throws {SnapshotError} when no signature of this key is good, or it is good for something else
 */
export async function checkSignature(
  folder: string,
  file: string,
  checker: SignatureChecker,
): Promise<string> {
  const envelope = readEnvelope(await readText(file), file);
  const payload = Buffer.from(envelope.payload, 'base64');
  const bytes = signedBytes(envelope.payloadType, payload);
  // By trial: the key id is only a hint, and not signed.
  if (!envelope.signatures.some(({ sig }) => checker.accepts(bytes, Buffer.from(sig, 'base64'))))
    throw new SnapshotError(
      `no signature in it was made by the key ${checker.keyId}; it names ${envelope.signatures
        .map(({ keyid }) => keyid ?? 'a key without id')
        .join(', ')}`,
      { file },
    );
  const signed = signedDigest(payload, file);
  const actual = await manifestDigest(folder);
  if (signed !== actual)
    throw new SnapshotError(
      `what was signed is a ${manifestFile} with SHA-256 ${signed}; this one has ${actual}`,
      { file },
    );
  return checker.keyId;
}

function signedDigest(payload: Buffer, file: string): string {
  let statement: unknown;
  try {
    statement = JSON.parse(payload.toString('utf8'));
  } catch {
    statement = undefined;
  }
  if (isJsonObject(statement) && statement['_type'] === statementType) {
    const { subject, predicateType: kind } = statement;
    const about = Array.isArray(subject)
      ? (subject as readonly unknown[]).find((each) => isJsonObject(each) && each['name'] === manifestFile)
      : undefined;
    const digest = isJsonObject(about) ? about['digest'] : undefined;
    const sha256 = isJsonObject(digest) ? digest['sha256'] : undefined;
    if (kind === predicateType && typeof sha256 === 'string') return sha256;
  }
  throw new SnapshotError(
    `what was signed is no statement about a snapshot (in-toto statement, ${predicateType})`,
    { file },
  );
}

async function manifestDigest(folder: string): Promise<string> {
  return createHash('sha256')
    .update(await manifestBytes(folder))
    .digest('hex');
}
