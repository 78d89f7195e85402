import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { UserFault } from '../fault.ts';
import type { TextOutput } from '../report/sink.ts';
import { localReport } from './storage.ts';

const bufferSize = 1 << 16;
/** Characters that are packed at once: each time makes a gzip member, which readers take as one file. */
const packedSize = 1 << 20;
/** Longest text that is read of a packed report, in bytes. */
const longestReport = 1 << 29;

/** A text output whose content can be thrown away when the run fails. */
export interface CancellableOutput extends TextOutput {
  /** Removes what was written so far; does nothing after `close`. */
  cancel(): void;
}

/**
 * Writes a file under a temporary name beside it and renames it when it is complete, so that a reader never sees
 * half a report and an earlier one survives a failure. A name that ends with `.gz` is packed. Creates missing folders. Throws
 * the system's errors, with the name that was asked for in place of the temporary one.
 */
export function fileOutput(file: string): CancellableOutput {
  const target = path.resolve(file);
  mkdirSync(path.dirname(target), { recursive: true });
  // A device or a named pipe cannot be replaced by renaming: it is written to directly.
  const special = statSync(target, { throwIfNoEntry: false })?.isFile() === false;
  const temporary = special
    ? target
    : path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.partial`);
  const packs = target.endsWith('.gz');
  const descriptor = openSync(temporary, 'w');
  let pending = '';
  let open = true;

  const flush = (): void => {
    const text = Buffer.from(pending, 'utf8');
    const bytes = packs && text.length > 0 ? gzipSync(text) : text;
    pending = '';
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // The system names no file when a write fails; a person needs to know which.
      throw Object.assign(error as Error, { path: file });
    }
  };
  return {
    write(text) {
      pending += text;
      if (pending.length >= (packs ? packedSize : bufferSize)) flush();
    },
    async close() {
      flush();
      if (!special) fsyncSync(descriptor);
      closeSync(descriptor);
      open = false;
      if (!special) renameSync(temporary, target);
    },
    cancel() {
      if (!open) return;
      open = false;
      closeSync(descriptor);
      if (!special) rmSync(temporary, { force: true });
    },
  };
}

/**
 * Writes an object in S3: into a temporary file first, which is sent when it is complete. So a reader never sees half a report, and
 * memory does not grow with it.
 * @param url `s3://BUCKET/KEY`; packed where it ends with `.gz`
 */
export function s3Output(
  url: string,
  options: { readonly mediaType: string; readonly profile: string | undefined },
): CancellableOutput {
  const folder = mkdtempSync(path.join(tmpdir(), 'trailwarden-report-'));
  const file = path.join(folder, path.posix.basename(url));
  const local = fileOutput(file);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return {
    write: (text) => local.write(text),
    async close() {
      try {
        await local.close();
        const { sendReport } = await import('../collect/s3-reports.ts');
        const mediaType = url.endsWith('.gz') ? 'application/gzip' : options.mediaType;
        await sendReport(file, url, { mediaType, profile: options.profile });
      } finally {
        remove();
      }
    },
    cancel() {
      local.cancel();
      remove();
    },
  };
}

/**
 * The text of a report, unpacked where its name ends with `.gz`.
 * @param file a path, or `s3://BUCKET/KEY`
 * @throws {UserFault} for what is not packed soundly, or cannot be fetched
 */
export async function readReportFile(file: string, profile?: string): Promise<string> {
  await using local = await localReport(file, profile);
  const bytes = await readFile(local.path);
  if (!file.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: longestReport }).toString('utf8');
  } catch (error) {
    throw new UserFault(`${file}: cannot be unpacked (${(error as Error).message}); write the report again`, {
      cause: error,
    });
  }
}

/** Writes to standard output and waits until the reader has taken everything; a closed pipe rejects with EPIPE. */
export function standardOutput(stream: NodeJS.WritableStream = process.stdout): CancellableOutput {
  let failure: Error | undefined;
  const onError = (error: Error): void => {
    failure ??= error;
  };
  stream.on('error', onError);
  let pending = '';
  const flush = (): void => {
    if (failure !== undefined) throw failure;
    stream.write(pending);
    pending = '';
  };
  return {
    write(text) {
      pending += text;
      if (pending.length >= bufferSize) flush();
    },
    close() {
      return new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        stream.write(pending, (error) => {
          if (error) reject(error);
          else resolve();
        });
        pending = '';
      });
    },
    cancel() {
      pending = '';
    },
  };
}
