import path from 'node:path';

import { s3Object } from './s3-place.ts';
import { openStore } from './s3-store.ts';

/**
 * Sends a report to S3, in place of an earlier one: a report can be made again from its snapshot.
 * @param url `s3://bucket/key`
 * @throws {UserFault} when it is not of that form, or S3 refuses
 */
export async function sendReport(
  file: string,
  url: string,
  options: { readonly mediaType: string; readonly profile: string | undefined },
): Promise<void> {
  const name = path.posix.basename(s3Object(url).key);
  using store = await openStore(path.posix.dirname(url), options.profile);
  await store.replace(file, name, options.mediaType);
}

/**
 * Copies a report from S3 into a file.
 * @param url `s3://bucket/key`
 * @throws {UserFault} when it is not of that form, there is none, or S3 refuses
 */
export async function fetchReport(url: string, file: string, profile: string | undefined): Promise<void> {
  const name = path.posix.basename(s3Object(url).key);
  using store = await openStore(path.posix.dirname(url), profile);
  await store.fetch(name, file, 'no report was written there');
}

/**
 * Whether there is an object.
 * @param url `s3://bucket/key`
 * @throws {UserFault} when it is not of that form, or S3 refuses to tell
 */
export async function reportExists(url: string, profile: string | undefined): Promise<boolean> {
  const name = path.posix.basename(s3Object(url).key);
  using store = await openStore(path.posix.dirname(url), profile);
  return (await store.digestOf(name)) !== undefined;
}
