import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { defineConfig, type Plugin, type Rolldown } from 'vite';

/*
 * Builds dist/cli/main.js, the command line in few files: looking for two hundred modules takes longer than running them.
 * Of the AWS SDK it takes what src/collect names, a tenth: most of the memory of a collection was the rest
 * (docs/decisions/collecting.md). web-tree-sitter stays outside, since it looks for its WebAssembly beside itself.
 */

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'src');
/** What vite writes, until it is {@link licenses}. */
const licenseList = 'licenses.json';

/**
 * Modules look for files of the package (schemas, rules, package.json) from where they stand. In the bundle all stand in
 * dist/cli, so each is told the place it would have without.
 */
function ownPlace(): Plugin {
  return {
    name: 'trailwarden-own-place',
    transform(code, id) {
      if (!id.startsWith(`${source}${path.sep}`) || !code.includes('import.meta.url')) return undefined;
      const place = path.relative(source, id).split(path.sep).join('/').replace(/\.ts$/, '.js');
      const url = `new URL(${JSON.stringify(`../${place}`)}, import.meta.url).href`;
      return { code: code.replaceAll('import.meta.url', url), map: null };
    },
  };
}

/**
 * npm makes the command executable when it links it, once; a later build would take that away again, and the link would stop
 * working.
 */
function executable(): Plugin {
  return {
    name: 'trailwarden-executable',
    writeBundle: ({ dir }) => chmodSync(path.join(dir ?? root, 'main.js'), 0o755),
  };
}

interface License {
  readonly name: string;
  readonly version: string;
  readonly identifier?: string | null;
  readonly text?: string | null;
}

/** Writes the licenses of all packages that are in the bundle, each text once: most are the same. */
function licenses(): Plugin {
  return {
    name: 'trailwarden-licenses',
    writeBundle({ dir = root }) {
      const list = path.join(dir, licenseList);
      const all = JSON.parse(readFileSync(list, 'utf8')) as readonly License[];
      rmSync(list);
      const byText = Map.groupBy(all, ({ identifier, text }) => `${identifier} ${text}`);
      const sections = [...byText.values()].map((packages) => licenseSection(packages));
      const head = '# Licenses\n\nOf the packages that are in these files.\n';
      writeFileSync(path.join(dir, 'licenses.md'), [head, ...sections].join('\n'));
    },
  };
}

/** Packages under the same text. */
function licenseSection(packages: readonly License[]): string {
  const names = packages.map(({ name, version }) => `- ${name} ${version}\n`).join('');
  const [{ identifier, text } = {}] = packages;
  if (!identifier) throw new Error(`nothing says what license these are under:\n${names}`);
  const words = text?.replace(/^\n+|\s+$/g, '') ?? 'These bring no text of it.';
  return `## ${identifier}\n\n${names}\n${words}\n`;
}

/** All that these modules load at once, in one file. */
function together(
  name: string,
  entries: readonly string[],
): {
  debugName: string;
  name: (id: string, modules: Rolldown.ChunkingContext) => string | null;
} {
  const members = new Set<string>();
  return {
    debugName: name,
    name: (id, modules) => {
      const add = (member: string): void => {
        if (members.has(member)) return;
        members.add(member);
        for (const next of modules.getModuleInfo(member)?.importedIds ?? []) add(next);
      };
      if (members.size === 0) for (const entry of entries) add(path.join(source, entry));
      return members.has(id) ? name : null;
    },
  };
}

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [ownPlace(), executable(), licenses()],
  ssr: { noExternal: true, external: ['ora', '@clack/prompts', 'web-tree-sitter'] },
  build: {
    ssr: path.join(source, 'cli/main.ts'),
    outDir: path.join(root, 'dist/cli'),
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    license: { fileName: licenseList },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            together('program', ['cli/program.ts', 'cli/failure.ts']),
            together('shipped', ['rules/shipped.ts', 'rules/document.ts']),
            together('snapshot', ['snapshot/read.ts']),
            together('rules', ['cli/rules/load.ts']),
            together('judge', [
              'model/create-model.ts',
              'evaluate/evaluate.ts',
              'evaluate/totals.ts',
              'evaluate/amend.ts',
            ]),
          ],
        },
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});
