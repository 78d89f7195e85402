import { chmodSync } from 'node:fs';
import path from 'node:path';

import { defineConfig, type Plugin, type Rolldown } from 'vite';

/*
 * Builds dist/cli/main.js, the command line in few files: looking for two hundred modules takes longer than running them.
 * The AWS SDK stays outside: one command needs it, and it is large. So does web-tree-sitter, which looks for its WebAssembly
 * beside itself.
 */

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'src');

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
  plugins: [ownPlace(), executable()],
  ssr: { noExternal: true, external: ['ora', '@clack/prompts', 'web-tree-sitter'] },
  build: {
    ssr: path.join(source, 'cli/main.ts'),
    outDir: path.join(root, 'dist/cli'),
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      external: [/^@aws-sdk\//, /^@smithy\//],
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
