import { cpSync } from 'node:fs';
import path from 'node:path';

import { defineConfig } from 'vitepress';

import { faultsOfSite } from './check.ts';
import { anchorOf, rootLinks, withoutPlaceholders } from './links.ts';
import { noPages, outputFolder, repository, rewrites } from './pages.ts';
import { navigation, sidebar } from './sidebar.ts';

/** Where the site will stand on its host: `/` or a folder such as `/trailwarden/`. */
const base = process.env['DOCS_BASE'] ?? '/';
/** Files that pages link to and that are no pages: they go along as they are. */
const linkedFiles = new Set<string>();

/**
 * The documentation as a site. Its pages are the Markdown files of the repository where they are, as GitHub shows
 * them: nothing is copied, nothing is written twice. Nothing is fetched from other hosts.
 */
export default defineConfig({
  title: 'Trailwarden',
  description: 'Policy-as-code compliance scanner for the audit trail and the alarms of an AWS organization',
  lang: 'en',
  base,
  // Browsers would ask for an icon that is not there.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: repository,
  srcExclude: noPages(),
  rewrites,
  outDir: path.join(repository, outputFolder),
  cacheDir: path.join(repository, 'out/site-cache'),
  // What a page shows must not hang on when and where it was built.
  lastUpdated: false,
  metaChunk: true,
  markdown: {
    anchor: { slugify: anchorOf },
    config: (md) => {
      rootLinks(md, { base, linkedFiles });
      withoutPlaceholders(md);
    },
  },
  themeConfig: {
    nav: navigation(),
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
  buildEnd: ({ outDir }) => {
    for (const file of [...linkedFiles].sort()) cpSync(path.join(repository, file), path.join(outDir, file));
    const faults = faultsOfSite(outDir, base);
    if (faults.length > 0) throw new Error(`the site is not sound:\n${faults.join('\n')}`);
  },
  // The index of the search is one large file, loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4000, assetsInlineLimit: 0 } },
});
