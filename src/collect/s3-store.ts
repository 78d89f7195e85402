import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

import { S3Client, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

import { UserFault } from '../fault.ts';
import { trustBundle } from './authorities.ts';
import { checkProfile } from './profile.ts';
import { s3Place, type S3Place } from './s3-place.ts';

/** The IAM actions behind the requests of a {@link Store}. */
export const storeActions = {
  /** On its objects. The first one takes back an upload that failed half-way. */
  objects: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
  /** On its bucket; without it S3 says of an object that is missing that it is denied. */
  bucket: ['s3:ListBucket'],
  /** On the KMS key of the bucket, where it has one. */
  key: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

/** How often an object is sent that S3 refuses because of another request for it at the same time. */
const sendings = 5;
/** Bytes of one part of a multipart upload. */
const partSize = 8 * 1024 * 1024;

/**
 * Opens a place in S3; credentials and region are found as for a scan.
 * @param url `s3://bucket/prefix`; messages name it
 * @throws {UserFault} when it is not of that form, the profile does not exist, or AWS_CA_BUNDLE names a file that cannot be used
 */
export async function openStore(url: string, profile: string | undefined): Promise<Store> {
  const place = s3Place(url);
  await checkProfile(profile);
  trustBundle();
  const options = profile === undefined ? {} : { profile };
  const client = new S3Client({
    ...options,
    credentials: fromNodeProviderChain(options),
    followRegionRedirects: true,
  });
  return new Store(url, place, client);
}

/** Objects below one prefix. Every fault names the IAM action that would be needed. */
export class Store implements Disposable {
  readonly #url: string;
  readonly #place: S3Place;
  readonly #client: S3Client;

  constructor(url: string, place: S3Place, client: S3Client) {
    this.#url = url;
    this.#place = place;
    this.#client = client;
  }

  /**
   * Where the bucket is missing: told apart from an object that is missing, which S3 does not do when asked for that alone.
   * @throws {UserFault}
   */
  async checkBucket(): Promise<void> {
    const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#place.bucket }));
    } catch (error) {
      // Refused where the bucket may be listed below the prefix alone: that it is there is known then, too.
      if (statusOf(error) === 404)
        throw new UserFault(`${this.#url}: there is no bucket ${this.#place.bucket}`, { cause: error });
    }
  }

  /** The hash that an object was sent with; undefined where there is no object. */
  async digestOf(name: string): Promise<string | undefined> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const { Metadata } = await this.#client.send(new HeadObjectCommand(this.#object(name)));
      return Metadata?.['sha256'] ?? '';
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return undefined;
      // Without the second one S3 does not say that an object is missing, but that it is denied.
      throw this.#fault(error, 's3:GetObject or s3:ListBucket');
    }
  }

  /** Sends a file where there is no object yet. What was sent before with the same hash stays as it is. */
  async send(file: string, name: string, sha256: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#upload(file, { ...this.#object(name), IfNoneMatch: '*', Metadata: { sha256 } });
      } catch (error) {
        const status = statusOf(error);
        if (status !== 412 && status !== 409) throw this.#fault(error, 's3:PutObject');
        // Sent before, by this snapshot or by another one?
        const there = await this.digestOf(name);
        if (there === sha256) return;
        if (there !== undefined)
          throw new UserFault(
            `${this.#url}: ${name} is there already and is another one; choose another prefix, nothing was replaced`,
            { cause: error },
          );
        // Refused because of a request for the same object at the same time, of which nothing came: S3 says to send it again.
        if (attempt === sendings) throw this.#fault(error, 's3:PutObject');
        await setTimeout(attempt * 500);
      }
    }
  }

  /** Sends a file in place of what stands there; readers see the old object or the whole new one. */
  async replace(file: string, name: string, mediaType: string): Promise<void> {
    try {
      await this.#upload(file, { ...this.#object(name), ContentType: mediaType });
    } catch (error) {
      throw this.#fault(error, 's3:PutObject');
    }
  }

  /**
   * Copies an object into a file.
   * @param missing what it means where there is none
   */
  async fetch(name: string, file: string, missing: string): Promise<void> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#object(name)));
      if (!(Body instanceof Readable)) throw new Error('the answer has no body');
      await mkdir(path.dirname(file), { recursive: true });
      await pipeline(Body, createWriteStream(file));
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey')
        throw new UserFault(`${this.#url}: ${name} is not there: ${missing}`, { cause: error });
      throw this.#fault(error, 's3:GetObject');
    }
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  async #upload(file: string, params: Omit<PutObjectCommandInput, 'Body'>): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const small = (await stat(file)).size <= partSize;
    const Body = small ? await readFile(file) : createReadStream(file);
    await new Upload({ client: this.#client, partSize, params: { ...params, Body } }).done();
  }

  #object(name: string): { readonly Bucket: string; readonly Key: string } {
    const { bucket, prefix } = this.#place;
    return { Bucket: bucket, Key: prefix === '' ? name : `${prefix}/${name}` };
  }

  #fault(error: unknown, action: string): UserFault {
    const message = error instanceof Error ? error.message : String(error);
    return new UserFault(`${this.#url}: ${action} was refused: ${nameOf(error)}: ${message}`, {
      cause: error,
    });
  }
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
