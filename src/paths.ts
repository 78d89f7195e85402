import system from 'node:path';
import { pathToFileURL } from 'node:url';

/** What `node:path` is on the machine where it runs; tests give that of another one. */
type Paths = typeof system.win32;

/** A path as reports and messages write it on every system: with `/`. */
export function slashed(name: string, paths: Paths = system): string {
  return name.split(paths.sep).join('/');
}

/**
 * Where a file stands below a folder, with `/`; the empty text for the folder itself, undefined for what is not below it. Both
 * are absolute. Windows takes large and small letters for the same, and other drives for elsewhere.
 */
export function pathBelow(folder: string, file: string, paths: Paths = system): string | undefined {
  const steps = paths.relative(folder, file);
  if (steps === '..' || steps.startsWith(`..${paths.sep}`) || paths.isAbsolute(steps)) return undefined;
  return slashed(steps, paths);
}

/** How a file in `folder` refers to another file: by a path with `/`, or by a URL where it is on another drive. */
export function referenceFrom(folder: string, file: string, paths: Paths = system): string {
  const steps = paths.relative(folder, file);
  return paths.isAbsolute(steps)
    ? pathToFileURL(file, { windows: paths.sep === '\\' }).href
    : slashed(steps, paths);
}

/** The same text for two names of one file, as far as their letters tell. `folder` is what relative names start from. */
export function fileKey(folder: string, name: string, paths: Paths = system): string {
  const full = paths.resolve(folder, name);
  return paths.sep === '\\' ? full.toLowerCase() : full;
}
