import { existsSync } from 'node:fs';
import path from 'node:path';

import { Command } from 'commander';

import { UserFault } from '../fault.ts';
import type { Envelope } from '../snapshot/signature/envelope.ts';
import type { SignatureChecker, Signer } from '../snapshot/signature/key-file.ts';
import type { SnapshotFault } from '../snapshot/snapshot.ts';
import { visibleText } from '../text.ts';
import { addConfigOption, argumentOr } from './configuration/apply.ts';
import type { Configuration } from './configuration/read.ts';
import { exitCodes } from './failure.ts';
import { diffCommand } from './snapshot/diff.ts';
import { mergeCommand } from './snapshot/merge.ts';
import { isInS3, localReport, localSnapshot } from './storage.ts';
import { redactCommand } from './snapshot/redact.ts';

const orConfigured = '(default: that of the configuration)';

/** `trailwarden snapshot ...` */
export function snapshotCommand(): Command {
  const snapshot = new Command('snapshot').description(
    'look at a snapshot, check, sign, redact, merge and compare it',
  );
  addConfigOption(snapshot.command('verify'))
    .description('recompute every hash and check every record; names each fault')
    .argument('[snapshot]', `folder of a snapshot, or a readable one in YAML ${orConfigured}`)
    .option(
      '--key <key>',
      'also check who signed it: a public key file (PEM), or the ARN of a key in AWS KMS',
    )
    .option(
      '--signature <file>',
      'file of the signature, or s3://BUCKET/KEY (default: SNAPSHOT.dsse.json beside the folder)',
    )
    .option('--profile <name>', 'profile of the AWS configuration files, for AWS KMS and S3')
    .option('--json', 'the result as JSON')
    .action(verify);
  addConfigOption(snapshot.command('sign'))
    .description(
      'sign the manifest, which holds the hash of everything else: a DSSE envelope with an in-toto statement',
    )
    .argument('[snapshot]', `folder of a snapshot ${orConfigured}`)
    .requiredOption('--key <key>', 'private Ed25519 key: a file (PEM), or the ARN of a key in AWS KMS')
    .option(
      '--out <file>',
      'file for the signature, or s3://BUCKET/KEY (default: SNAPSHOT.dsse.json beside the folder)',
    )
    .option('--profile <name>', 'profile of the AWS configuration files, for AWS KMS and S3')
    .action(sign);
  snapshot.addCommand(redactCommand());
  snapshot.addCommand(mergeCommand());
  snapshot.addCommand(diffCommand());
  addConfigOption(snapshot.command('show'))
    .description('who took it, when, of what, and which answers are missing')
    .argument('[snapshot]', `folder of a snapshot, or a readable one in YAML ${orConfigured}`)
    .option('--json', 'the summary as JSON')
    .action(show);
  return snapshot;
}

/** Options of commands that look at one snapshot. */
interface SnapshotFlags {
  readonly configuration?: Configuration;
}

interface VerifyFlags extends SnapshotFlags {
  readonly key?: string;
  readonly signature?: string;
  readonly profile?: string;
  readonly json?: true;
}

async function verify(named: string | undefined, flags: VerifyFlags): Promise<void> {
  const folder = snapshotNamed(named, flags);
  const [{ verifySnapshot }, { faultText }] = await Promise.all([
    import('../snapshot/verify.ts'),
    import('../snapshot/snapshot.ts'),
  ]);
  if (flags.signature !== undefined && flags.key === undefined)
    throw new UserFault('--signature needs --key: whose signature it should be');
  await using local = await localSnapshot(folder, flags.profile);
  const result = await verifySnapshot(local.path);
  const signed =
    flags.key === undefined ? undefined : await signatureOf({ folder, local: local.path }, flags.key, flags);
  // Of a snapshot in S3 a copy was looked at, which is gone when this is read.
  const faults = [...result.faults, ...(signed?.faults ?? [])].map((fault) => ({
    ...fault,
    file: inPlaceOf(fault.file, local.path, folder),
  }));
  if (flags.json) {
    const { faults: _, ...rest } = { ...result, path: folder };
    const signedBy = signed?.keyId === undefined ? {} : { signedBy: signed.keyId };
    process.stdout.write(`${JSON.stringify({ ...rest, ...signedBy, faults }, null, 2)}\n`);
  } else {
    for (const fault of faults) process.stdout.write(`${faultText(fault)}\n`);
    const by = signed?.keyId === undefined ? '' : `, signed by key ${signed.keyId}`;
    const of = result.manifest?.redactions?.map(({ of: original }) => `, redacted from ${original}`) ?? [];
    process.stdout.write(
      faults.length === 0
        ? `${visibleText(folder)}: whole; ${result.records} records in ${result.parts} parts, root hash ${result.manifest?.rootHash ?? 'unknown'}${of.join('')}${by}\n`
        : `${visibleText(folder)}: ${faults.length === 1 ? '1 fault' : `${faults.length} faults`}\n`,
    );
  }
  if (faults.length > 0) process.exitCode = exitCodes['could-not-run'];
}

/** A file of a copy, by its name in the snapshot that was copied. */
function inPlaceOf(file: string, copy: string, folder: string): string {
  return copy !== folder && file.startsWith(copy)
    ? folder.replace(/\/+$/, '') + file.slice(copy.length)
    : file;
}

/** The snapshot of an argument, else of the configuration. */
function snapshotNamed(named: string | undefined, flags: SnapshotFlags): string {
  return argumentOr('snapshot.out', 'a snapshot', named, flags);
}

/** The key that signed a snapshot, or what is wrong with the signature. */
async function signatureOf(
  { folder, local }: { readonly folder: string; readonly local: string },
  key: string,
  { signature, profile }: VerifyFlags,
): Promise<{ readonly keyId?: string; readonly faults: readonly SnapshotFault[] }> {
  const { checkSignature } = await import('../snapshot/signature/sign.ts');
  const { SnapshotError } = await import('../snapshot/snapshot.ts');
  const checker = await checkerOf(key, profile);
  try {
    await using file = await localReport(signature ?? (await signaturePlace(folder)), profile);
    const keyId = await checkSignature(local, file.path, checker);
    return { keyId, faults: [] };
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return { faults: error.faults };
  }
}

/** Where the signature of a snapshot stands unless another place is named: beside it. */
async function signaturePlace(folder: string): Promise<string> {
  if (isInS3(folder)) return `${folder.replace(/\/+$/, '')}.dsse.json`;
  return (await import('../snapshot/signature/sign.ts')).signatureFile(folder);
}

function isInside(file: string, folder: string): boolean {
  if (isInS3(file) !== isInS3(folder)) return false;
  if (isInS3(file)) return file.startsWith(`${folder.replace(/\/+$/, '')}/`);
  return !path.relative(folder, path.dirname(file)).startsWith('..');
}

/** Whether there is a file, or an object in S3. */
async function isThere(file: string, profile: string | undefined): Promise<boolean> {
  if (!isInS3(file)) return existsSync(file);
  return (await import('../collect/s3-reports.ts')).reportExists(file, profile);
}

async function checkerOf(key: string, profile: string | undefined): Promise<SignatureChecker> {
  if (!isArn(key)) return (await import('../snapshot/signature/key-file.ts')).checkerFromFile(key);
  return (await import('../collect/signing-key.ts')).kmsChecker(key, profile);
}

async function signerOf(key: string, profile: string | undefined): Promise<Signer> {
  if (!isArn(key)) return (await import('../snapshot/signature/key-file.ts')).signerFromFile(key);
  return (await import('../collect/signing-key.ts')).kmsSigner(key, profile);
}

/** The SDK is loaded for keys in AWS KMS only. */
function isArn(key: string): boolean {
  return key.startsWith('arn:');
}

interface SignFlags extends SnapshotFlags {
  readonly key: string;
  readonly out?: string;
  readonly profile?: string;
}

async function sign(named: string | undefined, { key, out, profile, ...flags }: SignFlags): Promise<void> {
  const folder = snapshotNamed(named, flags);
  const { signSnapshot } = await import('../snapshot/signature/sign.ts');
  const { envelopeText, readEnvelope } = await import('../snapshot/signature/envelope.ts');
  const { readText } = await import('../snapshot/read.ts');
  const { fileOutput, s3Output } = await import('./output.ts');
  const file = out ?? (await signaturePlace(folder));
  await using local = await localSnapshot(folder, profile);
  if (isInside(file, folder))
    throw new UserFault(
      `${file}: is inside of the snapshot, where nothing may be added; name a file beside it`,
    );
  const signer = await signerOf(key, profile);
  let earlier: { readonly file: string; readonly envelope: Envelope } | undefined;
  if (await isThere(file, profile)) {
    await using copy = await localReport(file, profile);
    earlier = { file, envelope: readEnvelope(await readText(copy.path), file) };
  }
  const output = isInS3(file) ? s3Output(file, { mediaType: 'application/json', profile }) : fileOutput(file);
  try {
    output.write(envelopeText(await signSnapshot(local.path, signer, earlier)));
    await output.close();
  } finally {
    output.cancel();
  }
  process.stdout.write(`${visibleText(file)}: signed by key ${signer.keyId}\n`);
}

async function show(
  named: string | undefined,
  { json, ...flags }: SnapshotFlags & { readonly json?: true },
): Promise<void> {
  const [{ openSnapshot }, { summarizeSnapshot, summaryText }] = await Promise.all([
    import('../snapshot/read.ts'),
    import('../snapshot/show.ts'),
  ]);
  await using local = await localSnapshot(snapshotNamed(named, flags));
  const summary = summarizeSnapshot((await openSnapshot(local.path)).manifest);
  process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary));
}
