import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

import type { TextOutput } from '../report/sink.ts';

const bufferSize = 1 << 16;

/** A text output whose content can be thrown away when the run fails. */
export interface CancellableOutput extends TextOutput {
  /** Removes what was written so far; does nothing after `close`. */
  cancel(): void;
}

/**
 * Writes a file under a temporary name beside it and renames it when it is complete, so that a reader never sees
 * half a report and an earlier one survives a failure. Creates missing folders. Throws the system's errors,
 * with the name that was asked for in place of the temporary one.
 */
export function fileOutput(file: string): CancellableOutput {
  const target = path.resolve(file);
  mkdirSync(path.dirname(target), { recursive: true });
  // A device or a named pipe cannot be replaced by renaming: it is written to directly.
  const special = statSync(target, { throwIfNoEntry: false })?.isFile() === false;
  const temporary = special
    ? target
    : path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.partial`);
  const descriptor = openSync(temporary, 'w');
  let pending = '';
  let open = true;

  const flush = (): void => {
    const bytes = Buffer.from(pending, 'utf8');
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
      if (pending.length >= bufferSize) flush();
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
