/**
 * `node build/sbom.ts [FILE]`: the bill of materials of the package as CycloneDX JSON, to standard output where no file is
 * named. npm writes it from the lock file; what is only needed to develop is taken out, what the build puts into the
 * package is not.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Packages that are no dependencies of an installed Trailwarden, because the build copies them into its files. */
const copied = ['@tree-sitter-grammars/tree-sitter-hcl', 'commander', 'preact'];
/** Like these, with packages of their own. Which of those are used is not told apart: all are named. */
const copiedWithMore = /^@(?:aws-sdk|smithy)\//;

interface Component {
  readonly name: string;
  readonly version: string;
  readonly 'bom-ref': string;
  readonly type: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface BillOfMaterials {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const root = path.resolve(import.meta.dirname, '..');
const { name, devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly devDependencies: object;
};
const all = readAll();
const withMore = Object.keys(devDependencies).filter((one) => copiedWithMore.test(one));
const builtIn = new Set([...copied.flatMap(refsOf), ...withNeeded(withMore.flatMap(refsOf))]);

const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some((one) => one.name === 'cdx:npm:package:development');
const components = all.components
  .filter((component) => !isForDevelopment(component) || builtIn.has(component['bom-ref']))
  .map(shipped);
const kept = new Set([all.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
const bill: BillOfMaterials = {
  ...all,
  // npm names the package by the folder that it stands in.
  metadata: { ...all.metadata, component: { ...all.metadata.component, name, type: 'application' } },
  components,
  dependencies: all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) })),
};

const text = `${JSON.stringify(bill, null, 2)}\n`;
const [file] = process.argv.slice(2);
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);

/** The entries of a package that the repository itself asks for. */
function refsOf(one: string): string[] {
  const refs = all.components.filter((component) => component.name === one).map((entry) => entry['bom-ref']);
  if (refs.length === 0) throw new Error(`not in the lock file: ${one}`);
  return refs;
}

/** These, and all that they need. */
function withNeeded(refs: readonly string[]): ReadonlySet<string> {
  const needs = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const found = new Set(refs);
  for (const ref of found) for (const next of needs.get(ref) ?? []) found.add(next);
  return found;
}

function readAll(): BillOfMaterials {
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' },
  );
  if (status !== 0) throw error ?? new Error(`npm sbom failed:\n${stderr}`);
  return JSON.parse(stdout) as BillOfMaterials;
}

/** What the build copies is no longer only for development. */
function shipped(component: Component): Component {
  return isForDevelopment(component) ? { ...component, scope: 'required', properties: [] } : component;
}
