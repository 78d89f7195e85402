import { UserFault } from '../fault.ts';

/** A place in S3: that of a snapshot, or of one object. */
export interface S3Place {
  readonly bucket: string;
  /** Without a slash at its ends; may be empty. */
  readonly prefix: string;
}

/** One object in S3. */
export interface S3Object {
  readonly bucket: string;
  /** Never empty; does not end with a slash. */
  readonly key: string;
}

/**
 * Reads `s3://bucket/prefix`.
 * @throws {UserFault} when it is not of that form
 */
export function s3Place(url: string): S3Place {
  const [, bucket = '', prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === '')
    throw new UserFault(
      `${url}: is no place in S3; write s3://, a bucket (3 to 63 lower-case letters, digits, dots and hyphens), and a path in it`,
    );
  return { bucket, prefix: prefix.replace(/^\/+|\/+$/g, '') };
}

/**
 * Reads `s3://bucket/key`.
 * @throws {UserFault} when it is not of that form, or names a folder
 */
export function s3Object(url: string): S3Object {
  const { bucket, prefix } = s3Place(url);
  if (prefix === '' || url.endsWith('/'))
    throw new UserFault(`${url}: names no object in S3; expected s3://BUCKET/KEY`);
  return { bucket, key: prefix };
}
