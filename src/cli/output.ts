import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
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
 * half a report and an earlier one survives a failure. Creates missing folders. Throws the system's errors.
 */
export function fileOutput(file: string): CancellableOutput {
  const target = path.resolve(file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.partial`);
  const descriptor = openSync(temporary, 'w');
  let pending = '';
  let open = true;

  const flush = (): void => {
    const bytes = Buffer.from(pending, 'utf8');
    pending = '';
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  };
  return {
    write(text) {
      pending += text;
      if (pending.length >= bufferSize) flush();
    },
    async close() {
      flush();
      fsyncSync(descriptor);
      closeSync(descriptor);
      open = false;
      renameSync(temporary, target);
    },
    cancel() {
      if (!open) return;
      open = false;
      closeSync(descriptor);
      rmSync(temporary, { force: true });
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
