import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** When a file below one of these folders was last written, in milliseconds since 1970. */
export function newest(...folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
