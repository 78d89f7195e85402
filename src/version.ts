import { readFileSync } from 'node:fs';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
}

function readPackage(): Package {
  // `src` and `dist` stand at one depth, so the same path serves both.
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Package;
}

/** Name and version of this package, as reports and snapshots state them. */
export function toolIdentity(): { readonly name: string; readonly version: string } {
  const { name, version } = readPackage();
  return { name, version };
}

/** The oldest version of Node that this package runs on: `22.18`. */
export function oldestNode(): string {
  return readPackage().engines.node.replace(/^>=/, '');
}
