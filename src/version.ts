import { readFileSync } from 'node:fs';

/** Name and version of this package, as reports and snapshots state them. */
export function toolIdentity(): { readonly name: string; readonly version: string } {
  // `src` and `dist` stand at one depth, so the same path serves both.
  const file = new URL('../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return { name, version };
}
