import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '../support/run-cli.ts';

/** A repository of its own for a test, with the files given; gone at the end of the scope that holds it with `using`. */
export function repository(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const folder = temporaryFolder();
  const root = realpathSync(folder.path);
  mkdirSync(path.join(root, '.git'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text.replaceAll('{{root}}', root));
  }
  return { path: root, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const fixtures = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'source');

/** The code of the invented organization, as a repository; paths in CDK output are those of the copy. */
export function exampleRepository(): Disposable & { readonly path: string } {
  const copy = repository({});
  cpSync(fixtures, copy.path, { recursive: true });
  for (const [file, text] of exampleFiles()) {
    if (text.includes('{{root}}'))
      writeFileSync(path.join(copy.path, file), text.replaceAll('{{root}}', copy.path));
  }
  return copy;
}

/** The files of that code by path, as they stand in the fixtures. */
export function exampleFiles(): readonly (readonly [file: string, text: string])[] {
  return readdirSync(fixtures, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      return [path.relative(fixtures, full), readFileSync(full, 'utf8')] as const;
    });
}
