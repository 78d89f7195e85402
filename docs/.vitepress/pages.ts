import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository: pages are named by their path from here, with slashes. */
export const repository = path.resolve(import.meta.dirname, '../..');
/** Where the built site goes, from the root. */
export const outputFolder = 'out/site';

/** Every Markdown file that is a page of the site, sorted. */
export function pageSources(): string[] {
  return globSync(['*.md', 'docs/**/*.md', 'rules/**/*.md', 'reports/README.md', 'fixtures/README.md'], {
    cwd: repository,
  })
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/** Patterns of everything in the repository that is no page: whole folders, and single Markdown files. */
export function noPages(): string[] {
  const pages = new Set(pageSources());
  const withPages = new Set([...pages].map((page) => page.split('/')[0]));
  const folders = readdirSync(repository).filter((name) => !withPages.has(name) && !name.endsWith('.md'));
  const files = globSync(`{${[...withPages].join(',')}}/**/*.md`, { cwd: repository });
  return [...folders.map((name) => `${name}/**`), ...files.filter((file) => !pages.has(file))];
}

/** The address of a page in the site, as a Markdown file: `docs/chain.md` stands at `chain.md`. */
export function rewrites(source: string): string {
  return source
    .replace(/^docs\//, '')
    .replace(/^([A-Z]+)\.md$/, (name) => name.toLowerCase())
    .replace(/(^|\/)readme\.md$/i, '$1index.md');
}

/** The link to a page inside the site. */
export function linkOf(source: string): string {
  return `/${rewrites(source).replace(/(^|\/)index\.md$/, '$1')}`;
}

/** The first heading of a page, without its marks. */
export function titleOf(source: string): string {
  const text = readFileSync(path.join(repository, source), 'utf8');
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${source} has no heading of the first level`);
  return title.replaceAll('`', '');
}
