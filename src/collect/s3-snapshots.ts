import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { S3Client } from '@aws-sdk/client-s3';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

import { UserFault } from '../fault.ts';
import { readManifest } from '../snapshot/read.ts';
import { manifestFile } from '../snapshot/manifest.ts';
import { pool } from './pool.ts';

/** Where a snapshot stands in S3. */
export interface S3Place {
  readonly bucket: string;
  /** Without a slash at its ends; may be empty. */
  readonly prefix: string;
}

/** Objects that are sent or fetched at the same time. */
const atOnce = 8;
/** Bytes of one part of a multipart upload. */
const partSize = 8 * 1024 * 1024;

/**
 * Reads `s3://bucket/prefix`.
 * @throws {UserFault} when it is not of that form
 */
export function s3Place(url: string): S3Place {
  const [, bucket = '', prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === '') throw new UserFault(`${url}: is no place in S3; expected s3://BUCKET/PREFIX`);
  return { bucket, prefix: prefix.replace(/^\/+|\/+$/g, '') };
}

/**
 * Refuses a prefix that holds a snapshot: looked at before a collection of hours.
 * @throws {UserFault} when it does, or the bucket cannot be looked into
 */
export async function checkFree(url: string, profile: string | undefined): Promise<void> {
  await using store = await openStore(url, profile);
  if ((await store.digestOf(manifestFile)) !== undefined)
    throw new UserFault(`${url}: holds a snapshot already; choose another prefix, nothing was changed`);
}

/**
 * Sends a snapshot to S3. No object is ever replaced; the manifest comes last, so that a snapshot that can be seen is whole. What an
 * interrupted sending left is gone on with.
 * @param folder a compressed snapshot
 * @throws {UserFault} when S3 refuses, or something else stands there
 */
export async function sendSnapshot(folder: string, url: string, profile: string | undefined): Promise<void> {
  const { parts, rootHash } = await readManifest(folder);
  await using store = await openStore(url, profile);
  await pool(
    parts,
    () => atOnce,
    ({ file, sha256 }) => store.send(path.join(folder, file), file, sha256),
  );
  await store.send(path.join(folder, manifestFile), manifestFile, rootHash);
}

/**
 * Fetches a snapshot from S3 into a folder. Its readers compare every part with its hash.
 * @throws {UserFault} when S3 refuses, or there is none
 */
export async function fetchSnapshot(url: string, folder: string, profile: string | undefined): Promise<void> {
  await using store = await openStore(url, profile);
  await store.fetch(manifestFile, path.join(folder, manifestFile));
  // Checked before its names become paths.
  const { parts } = await readManifest(folder);
  await pool(
    parts,
    () => atOnce,
    ({ file }) => store.fetch(file, path.join(folder, file)),
  );
}

async function openStore(url: string, profile: string | undefined): Promise<Store> {
  const place = s3Place(url);
  const options = profile === undefined ? {} : { profile };
  const client = new S3Client({
    ...options,
    credentials: fromNodeProviderChain(options),
    followRegionRedirects: true,
  });
  return new Store(url, place, client);
}

class Store implements AsyncDisposable {
  readonly #url: string;
  readonly #place: S3Place;
  readonly #client: S3Client;

  constructor(url: string, place: S3Place, client: S3Client) {
    this.#url = url;
    this.#place = place;
    this.#client = client;
  }

  /** The hash that an object was sent with; undefined where there is no object. */
  async digestOf(name: string): Promise<string | undefined> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const { Metadata } = await this.#client.send(new HeadObjectCommand(this.#object(name)));
      return Metadata?.['sha256'] ?? '';
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return undefined;
      throw this.#fault(error, 's3:GetObject');
    }
  }

  async send(file: string, name: string, sha256: string): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const small = (await stat(file)).size <= partSize;
    const upload = new Upload({
      client: this.#client,
      partSize,
      params: {
        ...this.#object(name),
        Body: small ? await readFile(file) : createReadStream(file),
        IfNoneMatch: '*',
        Metadata: { sha256 },
      },
    });
    try {
      await upload.done();
    } catch (error) {
      if (statusOf(error) !== 412 && statusOf(error) !== 409) throw this.#fault(error, 's3:PutObject');
      // Sent before, by this snapshot or by another one?
      if ((await this.digestOf(name)) !== sha256)
        throw new UserFault(
          `${this.#url}: ${name} is there already and is another one; choose another prefix, nothing was replaced`,
          { cause: error },
        );
    }
  }

  async fetch(name: string, file: string): Promise<void> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#object(name)));
      if (!(Body instanceof Readable)) throw new Error('the answer has no body');
      await mkdir(path.dirname(file), { recursive: true });
      await pipeline(Body, createWriteStream(file));
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey')
        throw new UserFault(
          `${this.#url}: ${name} is not there: ${name === manifestFile ? 'no snapshot, or one that is not whole yet' : 'it was removed after the snapshot was written'}`,
          { cause: error },
        );
      throw this.#fault(error, 's3:GetObject');
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
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
